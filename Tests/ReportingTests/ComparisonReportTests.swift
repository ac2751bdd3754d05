import Core
import Foundation
import Judging
import Reporting
import TestSupport
import Testing

/// A comparison in every form, against committed files; `UPDATE_GOLDEN=1` rewrites them.
@Suite struct ComparisonReportTests {
  private static let record = SampleComparison.record()

  private static func export() -> Export {
    Export(ComparisonGate.judge(record, policy: Policy()), record)
  }

  @Test func pagesAreAsCommitted() throws {
    try Golden.hold(ComparisonPages.html(Self.record), "compare.html")
    try Golden.hold(ComparisonPages.markdown(Self.record), "compare.md")
    try Golden.hold(ComparisonPages.terminal(Self.record), "compare.txt")
  }

  @Test(arguments: Exporters.all.map(\.name))
  func exportsAreAsCommitted(_ name: String) throws {
    let exporter = try #require(Exporters.named(name))
    var export = Self.export()
    // Every sample is a row: two blocks show the form.
    if name == "csv" {
      for index in export.subjects.indices {
        export.subjects[index].blocks = Array(export.subjects[index].blocks.prefix(1))
      }
    }
    try Golden.hold(exporter.export(export), "export-\(exporter.fileName)")
  }

  @Test func exportsOfARunAreAsCommitted() throws {
    let run = SampleRecord.full()
    let export = Export(RunGate.judge(run, policy: Policy()), run)
    try Golden.hold(JUnitExporter().export(export), "run-junit.xml")
    try Golden.hold(TAPExporter().export(export), "run-results.tap")
  }

  @Test func recordsFitTheirSchemas() throws {
    let compare = try JSONSchema.committed("compare")
    let down = SampleComparison.record(downFrom: 6)
    for record in [Self.record, down, SampleComparison.record(pairs: 10, streams: 4)] {
      #expect(compare.errors(try JSON.parse(ComparisonPages.json(record))) == [])
    }
    let gate = try JSONSchema.committed("gate")
    #expect(gate.errors(try JSON.parse(GateExporter().export(Self.export()))) == [])
    let damaged = ComparisonPages.json(Self.record).replacing("\"position\"", with: "\"place\"")
    #expect(!compare.errors(try JSON.parse(damaged)).isEmpty)
  }

  @Test func whatIsWrittenIsReadBack() throws {
    for record in [Self.record, SampleComparison.record(downFrom: 6)] {
      let text = ComparisonPages.json(record)
      #expect(RunRecordReader.isComparison(Array(text.utf8)))
      #expect(try RunRecordReader().readComparison(Array(text.utf8)) == record)
      // And judged again from its blocks, it comes out the same.
      #expect(ComparisonFigures.judge(record, alpha: record.plan.alpha) == record.results)
    }
  }

  @Test func anotherVersionIsSaid() {
    let text = ComparisonPages.json(Self.record)
      .replacing("relaymark.compare/1", with: "relaymark.compare/9")
    let error = #expect(throws: RunRecordError.self) {
      try RunRecordReader().readComparison(Array(text.utf8))
    }
    #expect(error?.description.contains("this version reads \"relaymark.compare/1\"") == true)
  }

  @Test func anArmThatWasDownIsShown() {
    let record = SampleComparison.record(downFrom: 7)
    #expect(record.decision == .fail)
    let page = ComparisonPages.html(record)
    #expect(page.contains("no stream ended well in 6 of 12 turns (180 refused)"))
    for word in ["\"nan", "nan%", "inf%", "Mnan", "Linf", "Lnan"] { #expect(!page.contains(word)) }
    #expect(ComparisonPages.terminal(record).contains("180 of 360 exchanges did not end well"))
  }
}

/// What each form must keep to, whatever stands in it.
@Suite struct ExporterTests {
  private static let hostile = "a&b<\"'>\u{1B}[31m]]>%\n::error::x #\\"

  private func export(_ count: Int, outcome: GateItem.Outcome = .fail) -> Export {
    let items = (0..<count).map {
      GateItem(
        .objective, target: Self.hostile, name: "\($0) \(Self.hostile)", outcome: outcome,
        summary: Self.hostile, details: [Self.hostile])
    }
    var run = SampleRecord.full()
    run.targets[0].name = Self.hostile
    let gate = GateRecord(
      tool: run.tool, source: run.schema, startedAt: run.startedAt, durationNs: run.durationNs,
      items: items)
    return Export(gate, run)
  }

  @Test func annotationsAreTenLinesWithoutCommandsInside() {
    let lines = AnnotationsExporter().export(export(40)).split(separator: "\n")
    #expect(lines.count == 10)
    #expect(lines.allSatisfy { $0.hasPrefix("::error title=relaymark ") })
    #expect(lines.allSatisfy { $0.contains("%25%0A::error::x") })
  }

  @Test func markdownKeepsWithinItsLimit() {
    let comment = CommentExporter().export(export(5_000))
    #expect(comment.utf8.count < 65_536)
    #expect(comment.hasPrefix("<!-- relaymark-gate -->\n"))
    #expect(comment.contains("more rows had no room here"))
    #expect(StepSummaryExporter().export(export(50_000)).utf8.count < 1 << 20)
  }

  @Test func junitIsXMLWithTheRightCounts() throws {
    for outcome in GateItem.Outcome.allCases {
      let text = JUnitExporter().export(export(3, outcome: outcome))
      let parser = XMLCounter(text)
      #expect(parser.isWell, "\(text)")
      #expect(parser.counts["testcase"] == 3)
      let element: [GateItem.Outcome: String] = [
        .fail: "failure", .error: "error", .skip: "skipped", .inconclusive: "skipped",
        .warn: "system-out",
      ]
      if let name = element[outcome] { #expect(parser.counts[name] == 3) }
    }
  }

  @Test func tapHasAPlanAndEscapes() {
    let lines = TAPExporter().export(export(2)).split(separator: "\n")
    #expect(lines[0] == "TAP version 14")
    #expect(lines[1] == "1..2")
    #expect(lines[2].hasPrefix("not ok 1 - "))
    #expect(lines[2].contains("\\#\\\\"))
    #expect(TAPExporter().export(export(0)).contains("1..0 # SKIP"))
  }

  /// Every line of the exposition is a comment or a sample, and the end is marked.
  @Test func openMetricsLines() {
    let text = OpenMetricsExporter().export(export(1))
    #expect(text.hasSuffix("# EOF\n"))
    let sample = /relaymark_[a-z0-9_]+(\{.*\})? (-?[0-9.e+-]+|[+-]Inf|NaN)/
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: sample) != nil, "\(line)")
    }
  }

  @Test func otlpCountsAddUp() throws {
    let root = try JSON.parse(OTLPExporter().export(export(1)))
    guard case .array(let resources)? = root["resourceMetrics"],
      case .array(let scopes)? = resources.first?["scopeMetrics"],
      case .array(let metrics)? = scopes.first?["metrics"]
    else {
      Issue.record("the shape is another")
      return
    }
    let names = metrics.compactMap { metric -> String? in
      if case .string(let name)? = metric["name"] { name } else { nil }
    }
    #expect(names.contains("gen_ai.client.operation.time_to_first_chunk") || !names.isEmpty)
    for metric in metrics {
      guard case .array(let points)? = metric["exponentialHistogram"]?["dataPoints"] else {
        Issue.record("a metric without points")
        continue
      }
      for point in points {
        func number(_ value: JSON?) -> Int {
          if case .string(let text)? = value { Int(text) ?? -1 } else { -1 }
        }
        var sum = number(point["zeroCount"])
        if case .array(let counts)? = point["positive"]?["bucketCounts"] {
          for count in counts { sum += number(count) }
        }
        #expect(sum == number(point["count"]))
      }
    }
  }

  @Test func csvHasSevenFields() {
    let rows = CSVExporter().export(export(1)).split(separator: "\n")
    #expect(rows[0] == "target,scenario,pair,measure,unit,value,count")
    #expect(rows.count > 10)
    #expect(!rows.contains { $0.contains("\u{1B}") })
  }

  @Test func theRegistryIsSorted() {
    let names = Exporters.all.map(\.name)
    #expect(names == names.sorted())
    #expect(Set(Exporters.all.map(\.fileName)).count == names.count)
  }
}

/// Counts elements; a document that is not well-formed has none of its brackets in order.
private struct XMLCounter {
  var counts: [String: Int] = [:]
  var isWell = true

  init(_ text: String) {
    var open: [String] = []
    for match in text.matches(of: /<(\/?)([a-zA-Z-]+)((?:\s[^<>]*)?)(\/?)>/) {
      let name = String(match.2)
      if match.1 == "/" {
        if open.popLast() != name { isWell = false }
      } else {
        counts[name, default: 0] += 1
        if !match.3.hasSuffix("/"), match.4.isEmpty { open.append(name) }
      }
    }
    // What is left besides tags has no bare markup.
    let rest = text.replacing(/<\?xml[^>]*\?>/, with: "").replacing(
      /<\/?[a-zA-Z-]+[^<>]*>/, with: "")
    isWell = isWell && open.isEmpty && !rest.contains("<") && !rest.contains("\u{1B}")
  }
}
