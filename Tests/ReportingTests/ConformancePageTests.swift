import Core
import Reporting
import Testing

/// The conformance of one or more relays as a page and as Markdown.
@Suite struct ConformancePageTests {
  private func log(_ reads: String...) -> WireLog {
    WireLog(
      status: 200, headers: [], end: "done", endNs: .milliseconds(Int64(reads.count + 1)),
      reads: reads.enumerated().map {
        WireLog.Entry(atNs: .milliseconds(Int64($0.offset + 1)), text: $0.element)
      }, writes: [], cutBytes: 0)
  }

  private func record(
    _ name: String = "litellm", direct: WireLog, relayed: WireLog
  ) -> ConformanceRecord {
    var record = ConformanceReportTests.record
    record.target.name = name
    record.verdicts[0].evidence = ConformanceEvidence(
      stimulus: "<script>", relayed: relayed, direct: direct)
    return record
  }

  @Test func whatIsMissingAndWhatDiffersIsMarked() {
    let html = ConformancePages.html([
      record(
        direct: log("data: a 0123456789abcdef\n\n", "data: lost\n\n", "data: {\"n\": 1}\n\n"),
        relayed: log("data: a fedcba9876543210\n\n", "data: {\"n\": 23}\n\n"))
    ])
    // Another id is no difference.
    #expect(html.contains("<tr><td></td><td class=\"n\">1.00 ms</td><td><code>data: a fedc"))
    #expect(html.contains("<tr class=\"gone\"><td>−</td><td class=\"n\">2.00 ms</td>"))
    #expect(html.contains("<code>data: lost ⏎</code>"))
    #expect(html.contains(": <mark>1</mark>} ⏎<") && html.contains(": <mark>23</mark>} ⏎<"))
  }

  @Test func aMissingBlankLineIsMarked() {
    let html = ConformancePages.html([
      record(direct: log("data: a\n\n"), relayed: log("data: a\n"))
    ])
    #expect(html.contains("data: a<mark> ⏎</mark>"))
  }

  @Test func manyEqualLinesAreFolded() {
    let lines = (0..<40).map { "data: \($0)\n" }.joined()
    let html = ConformancePages.html([record(direct: log(lines), relayed: log(lines))])
    #expect(html.contains("34 lines more"))
    #expect(html.contains("data: 2<") && !html.contains("data: 20<") && html.contains("data: 39<"))
  }

  @Test func nothingInItIsMarkup() {
    let evil = "data: <img src=x onerror=alert(1)> \u{1B}[2J ````\n\n"
    let records = [record(direct: log(evil), relayed: log(evil, "data: \r\n"))]
    let html = ConformancePages.html(records)
    #expect(!html.contains("<img") && !html.contains("<script") && !html.contains("\u{1B}"))
    #expect(html.contains("␍"))
    let markdown = ConformancePages.markdown(records)
    #expect(!markdown.contains("\u{1B}"))
    let fences = markdown.split(separator: "\n").filter { $0.hasPrefix("````") }
    #expect(fences.count.isMultiple(of: 2))
  }

  @Test func relaysStandBesideEachOther() throws {
    let one = log("data: a\n\n")
    var better = record("nginx", direct: one, relayed: one)
    better.verdicts[0].verdict = .pass
    better.verdicts[0].evidence = nil
    let html = ConformancePages.html([
      record("litellm", direct: one, relayed: one), better, better,
    ])
    #expect(html.contains("litellm: 1 pass, 1 warn, 2 fail"))
    #expect(html.contains("nginx (2)"))
    #expect(html.contains("litellm ✗ fail, nginx ✓ pass, nginx (2) ✓ pass · FLT-001"))
    // Each place that is led to is there, once.
    for match in html.matches(of: #/href="#([^"]+)"/#) {
      #expect(html.ranges(of: "id=\"\(match.1)\"").count == 1, "\(match.1)")
    }
  }

  @Test func theWorstRelayMakesTheHeadline() {
    var good = ConformanceReportTests.record
    good.verdicts = good.verdicts.filter { $0.verdict == .pass }
    #expect(ConformancePages.markdown([good]).hasPrefix("# Passed: "))
    #expect(ConformancePages.markdown([good, ConformanceReportTests.record]).hasPrefix("# Failed"))
    good.complete = false
    good.note = "it was interrupted"
    let text = ConformancePages.markdown([good])
    #expect(text.hasPrefix("# Incomplete: ") && text.contains("it was interrupted"))
  }
}
