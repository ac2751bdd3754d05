import Core
import Reporting
import Testing

@Suite struct EscapingTests {
  static let hostile = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "</style>",
    "a|b", "`x`", "line\nbreak", "tab\there", "\u{1B}[2J", "\u{0}\u{7}\u{9B}", "\u{202E}evil",
    "[link](http://x)", "@everyone", "]]>", "&amp;", "\u{FFFD}", "e\u{301}\u{301}\u{301}",
    String(repeating: "x", count: 5_000), "\\|", "**bold**", "<!-- ", "--> -->",
  ]

  /// A record in which every text that comes from outside is this one.
  static func record(_ text: String) -> RunRecord {
    var record = SampleRecord.full()
    record.note = text
    record.startedAt = text
    record.tool = .init(version: text, curl: text)
    record.machine.processor = text
    record.machine.system = text
    record.instrument.remarks = [text]
    for index in record.targets.indices {
      record.targets[index].name = text
      record.targets[index].url = text
      record.targets[index].dialect = text
      record.targets[index].scenario.name = text
      record.targets[index].scenario.about = text
      record.targets[index].scenario.faults = [text]
      record.targets[index].verdicts = [
        Verdict(id: text, level: .must, verdict: .fail, expected: text, actual: text),
        Verdict(id: text, level: .may, verdict: .skip, expected: text, actual: text),
      ]
      record.targets[index].expectations = [.init(text: text, outcome: .warn, actual: text)]
      record.targets[index].probes = [text: 1]
      record.targets[index].remarks = [text]
      record.targets[index].exchanges.byEnd[text] = 1
      record.targets[index].measures[text] = SampleRecord.measure([1, 2], unit: text)
      for place in record.targets[index].streams.indices {
        record.targets[index].streams[place].detail = text
      }
    }
    return record
  }

  /// The tags of a page do not depend on what its texts say.
  @Test(arguments: hostile) func nothingGetsOutOfHTML(_ text: String) {
    func tags(_ page: String) -> [String: Int] {
      var counts: [String: Int] = [:]
      for piece in page.utf8.split(separator: UInt8(ascii: "<")).dropFirst() {
        let name = piece.prefix { $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: " ") }
        counts[String(decoding: name, as: UTF8.self), default: 0] += 1
      }
      return counts
    }
    // Short texts have a class of their own; apart from that the pages must be built alike.
    let harmless = HTMLRenderer().render(Self.record("harmless"))
      .replacing(" class=\"w\"", with: "")
    let page = HTMLRenderer().render(Self.record(text)).replacing(" class=\"w\"", with: "")
    #expect(tags(page) == tags(harmless))
    #expect(
      page.utf8.count { $0 == UInt8(ascii: "\"") }
        == harmless.utf8.count { $0 == UInt8(ascii: "\"") })
    #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
    #expect(!page.unicodeScalars.contains("\u{202E}"))
  }

  /// A table has the same lines and cells whatever stands in it.
  @Test(arguments: hostile) func nothingGetsOutOfMarkdown(_ text: String) {
    func shape(_ page: String) -> [Int] {
      page.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
        var previous: UInt8 = 0
        return line.reduce(0) { count, byte in
          defer { previous = previous == 0x5C && byte == 0x5C ? 0 : byte }
          return count + (byte == UInt8(ascii: "|") && previous != 0x5C ? 1 : 0)
        }
      }
    }
    let page = MarkdownRenderer().render(Self.record(text))
    #expect(shape(page) == shape(MarkdownRenderer().render(Self.record("harmless"))))
    // Inside a code span nothing is markup; what stands outside of them must be inert.
    let outside = page.split(separator: "\n").flatMap { line in
      line.replacing("\\`", with: "").split(separator: "`", omittingEmptySubsequences: false)
        .enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }.joined(separator: "\n")
    for markup in ["<script", "<img", "<!--", "@everyone", " **bold"] {
      #expect(!outside.contains(markup))
    }
  }

  @Test(arguments: hostile) func terminalsStayInTheirColumns(_ text: String) {
    let page = TerminalRenderer().render(Self.record(text))
    #expect(!page.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
    for line in page.split(separator: "\n") {
      #expect(Columns.width(String(line)) <= TerminalRenderer.columns, "\(line)")
    }
  }

  @Test func colourOnlyOnTerminals() {
    #expect(TerminalRenderer(color: true).render(SampleRecord.full()).contains("\u{1B}[31m"))
    #expect(TerminalRenderer.wantsColor(isTerminal: true, environment: [:]))
    #expect(!TerminalRenderer.wantsColor(isTerminal: false, environment: [:]))
    #expect(!TerminalRenderer.wantsColor(isTerminal: true, environment: ["NO_COLOR": "1"]))
  }
}
