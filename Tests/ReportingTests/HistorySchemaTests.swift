import Core
import Reporting
import TestSupport
import Testing

/// `history.jsonl` against `reports/schema/history.schema.json`: what is written, and what is read.
@Suite struct HistorySchemaTests {
  private static let lines = [
    HistoryLine(SampleRecord.full(), .pass), HistoryLine(SampleRecord.interrupted(), .inconclusive),
    HistoryLine(SampleComparison.record(), .fail),
    HistoryLine(SampleComparison.record(downFrom: 6), .fail),
  ]

  private static func text(_ line: HistoryLine) throws -> String {
    String(decoding: try HistoryText.line(line), as: UTF8.self)
  }

  private static func reads(_ text: String) -> Bool {
    (try? HistoryText.read(Array(text.utf8)))?.isEmpty == false
  }

  @Test func linesFitTheSchemaAndAreReadBack() throws {
    let schema = try JSONSchema.committed("history")
    var file: [UInt8] = []
    for line in Self.lines {
      let text = try Self.text(line)
      #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
      #expect(schema.errors(try JSON.parse(text)) == [])
      file += Array(text.utf8)
    }
    #expect(try HistoryText.read(file) == Self.lines)
    for decision in GateDecision.allCases {
      let line = try Self.text(HistoryLine(SampleRecord.full(), decision))
      #expect(schema.errors(try JSON.parse(line)) == [])
    }
  }

  /// What the schema has is what is written, and all of it.
  @Test func propertiesAreThoseThatAreWritten() throws {
    let root = try JSONSchema.committed("history").root
    var line: Set<String> = []
    var point: Set<String> = []
    for written in Self.lines {
      let members = try #require(JSON.parse(Self.text(written)).members)
      line.formUnion(members.keys)
      guard case .array(let series)? = members["series"] else { continue }
      for figure in series { point.formUnion(figure.members?.keys.map { $0 } ?? []) }
    }
    #expect(try #require(root["properties"]?.members).keys.sorted() == line.sorted())
    let items = root["properties"]?["series"]?["items"]
    #expect(try #require(items?["properties"]?.members).keys.sorted() == point.sorted())
  }

  /// Without a member, or with one of another type, a line is none to the schema exactly if it is
  /// none to the reader.
  @Test func theReaderNeedsWhatTheSchemaNeeds() throws {
    let schema = try JSONSchema.committed("history")
    let whole = try JSON.parse(Self.text(Self.lines[2]))
    let members = try #require(whole.members)
    guard case .array(let series)? = members["series"], let point = series.first?.members else {
      Issue.record("no series")
      return
    }
    func hold(_ changed: [String: JSON], _ what: String) {
      let value = JSON.object(changed)
      #expect(Self.reads(value.text) == schema.errors(value).isEmpty, "\(what)")
    }
    hold(members, "as it is")
    for key in members.keys {
      for value in [nil, JSON.bool(true), .array([.bool(false)])] {
        var changed = members
        changed[key] = value
        hold(changed, "\(key): \(value?.text ?? "missing")")
      }
    }
    for key in point.keys {
      for value in [nil, JSON.bool(true), .object([:])] {
        var figure = point
        figure[key] = value
        var changed = members
        changed["series"] = .array([.object(figure)])
        hold(changed, "series.\(key): \(value?.text ?? "missing")")
      }
    }
  }

  @Test func whatIsNoLineHasItsNumber() throws {
    let good = try Self.text(Self.lines[0])
    let old = good.replacing("relaymark.history/1", with: "relaymark.history/0")
    for (text, line) in [(good + "{}\n", 2), (good + "\n" + old, 3), ("[", 1)] {
      #expect(throws: HistoryText.Problem.self) { try HistoryText.read(Array(text.utf8)) }
      do throws(HistoryText.Problem) {
        _ = try HistoryText.read(Array(text.utf8))
      } catch {
        #expect(error.line == line, "\(error)")
      }
    }
  }
}
