import Core
import Judging
import TestSupport
import Testing

/// `scenarios/schema/policy.schema.json` is for editors; these tests hold it to what the reader accepts.
@Suite struct PolicySchemaTests {
  private static func schema() throws -> JSONSchema {
    try JSONSchema.committed("policy", in: "scenarios/schema")
  }

  private static func reads(_ text: String) -> Bool {
    do {
      _ = try PolicyReader.read(Array(text.utf8), path: "p.json5", checks: Checks.all.map(\.id))
      return true
    } catch {
      return false
    }
  }

  private static func properties(_ path: String...) throws -> [String: JSON] {
    var part = try schema().root
    for name in path { part = try #require(part["properties"]?[name]) }
    return try #require(part["properties"]?.members)
  }

  @Test func keysEqualTheReaders() throws {
    #expect(try Self.properties().keys.sorted() == PolicyReader.keys.sorted())
    #expect(
      try Self.properties("conformance").keys.sorted() == PolicyReader.conformanceKeys.sorted())
    let accepted = try Self.properties("conformance")["accept"]?["propertyNames"]?["enum"]
    #expect(accepted == .array(Checks.all.map { .string($0.id) }))
    #expect(
      try Self.schema().root["$defs"]?["weight"]?["enum"]
        == .array(Policy.Weight.allCases.map { .string($0.rawValue) }))
    #expect(try Self.schema().undescribed == [])
  }

  /// Each figure, and the kind of margin that it takes.
  @Test(arguments: [("compare", PolicyReader.compared), ("baseline", PolicyReader.kept)])
  func figuresEqualTheReaders(_ name: String, _ figures: [String]) throws {
    let properties = try Self.properties(name)
    #expect(properties.keys.sorted() == figures.sorted())
    for figure in figures {
      let takesTime = Self.reads("{ \(name): { \"\(figure)\": \"1ms\" } }")
      let expected = "#/$defs/\(takesTime ? "timeMargin" : "shareMargin")"
      #expect(properties[figure]?["$ref"] == .string(expected), "\(figure)")
    }
  }

  @Test func defaultsAndRangesEqualTheReaders() throws {
    let standard = Policy()
    let alpha = try #require(Self.properties()["alpha"])
    #expect(alpha["default"] == .number(standard.alpha))
    #expect(alpha["minimum"] == .number(PolicyReader.alphas.lowerBound))
    #expect(alpha["maximum"] == .number(PolicyReader.alphas.upperBound))
    let levels = try Self.properties("conformance")
    for level in Verdict.Level.allCases {
      let weight = standard.conformance[level]?.rawValue
      #expect(levels[level.rawValue]?["default"] == weight.map(JSON.string), "\(level)")
    }
    let scenario = try JSONSchema.committed("scenario", in: "scenarios/schema").root
    let pattern = scenario["$defs"]?["expectation"]?["pattern"]
    #expect(try Self.schema().root["$defs"]?["expectation"]?["pattern"] == pattern)
  }

  private static let good = [
    "{}", "{ alpha: 0.001 }", "{ alpha: 0.2, compare: {}, baseline: {}, objectives: [] }",
    "{ $schema: './policy.schema.json', conformance: {} }",
    "{ compare: { 'ttft.p95': '10% or 5ms', 'rate.p50': '3%', 'errors.rate': '.5%' } }",
    "{ compare: { 'ttft.p99.9': ' 1.5ms ', 'gap.mean': '5ms or 10% or 1s' } }",
    "{ compare: { 'ttft.p50': '1000%', 'e2e.p50': '0% or 1us', 'tpot.p90': '10%or 1ms' } }",
    "{ baseline: { 'added.ttft.p50': '2ms' }, objectives: ['ttft.p99 < 200ms'] }",
    "{ conformance: { must: 'ignore', should: 'fail', may: 'warn' } }",
    "{ conformance: { accept: { 'fidelity/usage': 'counts by itself' } } }",
  ]

  private static let bad = [
    "[]", "{ alpha: 0.3 }", "{ alpha: 0 }", "{ alpha: '5%' }", "{ objectiv: [] }",
    "{ compare: { 'ttft.p59': '1ms' } }", "{ compare: { 'lateness.send.p50': '1ms' } }",
    "{ baseline: { 'ttft.mean': '1ms' } }", "{ compare: ['ttft.p50'] }",
    "{ compare: { 'ttft.p50': 'ten' } }", "{ compare: { 'ttft.p50': 5 } }",
    "{ compare: { 'ttft.p50': '0%' } }", "{ compare: { 'ttft.p50': '0ms or 0%' } }",
    "{ compare: { 'ttft.p50': '1ms and 2%' } }", "{ compare: { 'ttft.p50': '1ms or' } }",
    "{ compare: { 'ttft.p50': '1ms 2%' } }", "{ compare: { 'ttft.p50': '1001%' } }",
    "{ compare: { 'ttft.p50': '-1%' } }", "{ compare: { 'ttft.p50': '5' } }",
    "{ compare: { 'errors.rate': '1ms' } }", "{ compare: { 'coalesced.p50': '1%or' } }",
    "{ objectives: 'ttft.p99 < 1s' }", "{ objectives: ['ttft.p98 < 1s'] }",
    "{ objectives: [['ttft.p99 < 1s']] }", "{ conformance: { must: 'off' } }",
    "{ conformance: { most: 'fail' } }", "{ conformance: { accept: { 'fidelity/use': 'x' } } }",
    "{ conformance: { accept: { 'fidelity/usage': '' } } }", "{ $schema: 1 }",
  ]

  @Test(arguments: good.map { ($0, true) } + bad.map { ($0, false) })
  func itAcceptsWhatTheReaderAccepts(_ text: String, _ isGood: Bool) throws {
    let errors = try Self.schema().errors(JSON.parse5(text))
    #expect(errors.isEmpty == isGood, "the schema: \(errors)")
    #expect(Self.reads(text) == isGood, "the reader")
  }

  /// What the README shows and what the workflows take.
  @Test func examplesFit() throws {
    let readme = try RepositoryText.read("README.md")
    let shown = readme.split(separator: "```json5\n").dropFirst()
      .compactMap { $0.split(separator: "```").first.map(String.init) }
      .filter { $0.contains("objectives:") }
    #expect(shown.count == 1)
    for text in try shown + [RepositoryText.read("scripts/ci/policy.json5")] {
      #expect(Self.reads(text), "\(text)")
      #expect(try Self.schema().errors(JSON.parse5(text)) == [])
    }
  }
}
