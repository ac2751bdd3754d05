import Core
import Foundation
import Testing
import Wire

/// The JSON Schema is for editors; these tests hold it to what the reader accepts.
@Suite struct SchemaTests {
  private static func schema() throws -> [String: Any] {
    let data = Data(try Repository.bytes("schema/scenario.schema.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func definition(_ name: String) throws -> [String: Any] {
    let root = try schema()
    if name == "scenario" { return root }
    let definitions = try #require(root["$defs"] as? [String: Any])
    return try #require(definitions[name] as? [String: Any], "no definition of \(name)")
  }

  @Test func keysEqualTheReaders() throws {
    for (name, keys) in ScenarioKeys.all {
      let definition = try Self.definition(name)
      if name == "stepWord" {
        #expect(try #require(definition["enum"] as? [String]).sorted() == keys.sorted())
        continue
      }
      let properties = try #require(definition["properties"] as? [String: Any])
      #expect(properties.keys.sorted() == keys.sorted(), "\(name)")
      #expect(definition["additionalProperties"] as? Bool == false, "\(name)")
    }
  }

  /// Every object of the schema is one the reader knows, so that none escapes the comparison.
  @Test func thereAreNoOtherObjects() throws {
    let definitions = try #require(try Self.schema()["$defs"] as? [String: Any])
    let objects = definitions.filter {
      ($0.value as? [String: Any])?["properties"] != nil
    }
    let known = ScenarioKeys.all.map(\.name).filter { $0 != "scenario" && $0 != "stepWord" }
    #expect(objects.keys.sorted() == known.sorted())
  }

  @Test func rangesEqualTheLimits() throws {
    func maximum(_ key: String, of name: String) throws -> Int? {
      let properties = try #require(try Self.definition(name)["properties"] as? [String: Any])
      return (properties[key] as? [String: Any])?["maximum"] as? Int
    }
    #expect(try maximum("streams", of: "traffic") == Limits.streams)
    #expect(try maximum("warmup", of: "traffic") == Limits.streams)
    #expect(try maximum("concurrency", of: "traffic") == Limits.concurrency)
    #expect(try maximum("tokens", of: "text") == Limits.scriptTokens)
    #expect(try maximum("prompt", of: "usage") == Limits.usageTokens)
  }

  @Test func defaultsEqualTheReaders() throws {
    func standard(_ key: String, of name: String) throws -> Any? {
      let properties = try #require(try Self.definition(name)["properties"] as? [String: Any])
      return (properties[key] as? [String: Any])?["default"]
    }
    let traffic = Traffic()
    #expect(try standard("dialect", of: "traffic") as? String == traffic.dialect)
    #expect(try standard("model", of: "traffic") as? String == traffic.model)
    #expect(try standard("prompt", of: "traffic") as? String == traffic.prompt.fixed)
    #expect(try standard("streams", of: "traffic") as? Int == traffic.streams)
    #expect(try standard("concurrency", of: "traffic") as? Int == traffic.concurrency)
    let idle = try #require(try standard("idle", of: "timeouts") as? String)
    #expect(try Nanoseconds(literal: idle) == traffic.timeouts.idle)
    let connect = try #require(try standard("connect", of: "timeouts") as? String)
    #expect(try Nanoseconds(literal: connect) == traffic.timeouts.connect)
    let think = try #require(try standard("think", of: "provider") as? String)
    #expect(try Distribution(literal: think) == ProviderScript().think)
    #expect(try standard("cached", of: "usage") as? Int == UsageStep().cached)
  }

  /// The patterns for literals take what the reader takes and refuse what it refuses.
  @Test(arguments: [
    ("duration", ["450ms", "1.5s", ".5m", "0", "80µs"], ["5", "5 ms", "ms", "-1s", "5h"]),
    (
      "distribution",
      [
        "5ms", "const(5ms)", "uniform(4ms,6ms)", "lognormal(p50=12ms, p99=90ms)",
        "empirical(5ms, 7ms)", "empirical('gaps.txt')", "empirical(\"gaps.txt\")",
      ],
      ["lognormal(12ms,90ms)", "uniform(4ms)", "exponential(5ms)", "empirical()", "empirical(5)"]
    ),
    (
      "arrivals",
      [
        "closed", "constant 20/s", "poisson 5/s..50/s for 60s, 50/s for 30s", "gamma(cv=2) 90/m",
        "poisson 5/s..50/s in 10 steps for 100s",
      ],
      ["constant", "constant 20", "gamma 20/s", "closed 5/s", "poisson 5/h"]
    ),
    ("position", ["event(5)", "byte(0)", "time(1s)"], ["event(x)", "event 5", "time(5)"]),
    (
      "fault",
      ["reset at event(5)", "pause 300ms at event(3)", "first-byte-delay 2s"],
      ["", "5ms pause", "Reset at event(5)"]
    ),
    (
      "objective", ["ttft < 200ms", "gap.p99 < 50ms", "rate > 20", "ttft.p99<1s"],
      ["errors.rate < 1", "ttft.p98 < 1s", "ttft = 5ms"]
    ),
    (
      "expectation",
      ["ttft.p99 < 200ms", "added.chunk.p99.9<=50ms", "errors.rate == 0", "spread.p50 > 0.9"],
      ["ttft < 200ms", "ttft.p98 < 200ms", "errors.p50 < 1", "ttft.p99 = 5ms"]
    ),
  ])
  func patternsAgreeWithTheReader(name: String, good: [String], bad: [String]) throws {
    let pattern = try #require(try Self.definition(name)["pattern"] as? String)
    let expression = try NSRegularExpression(pattern: pattern)
    for text in good + bad {
      let range = NSRange(text.startIndex..., in: text)
      let matches = expression.firstMatch(in: text, range: range) != nil
      #expect(matches == good.contains(text), "\(name): \(text)")
      #expect(Self.reads(text, as: name) == good.contains(text), "\(name): \(text)")
    }
  }

  private static func reads(_ text: String, as name: String) -> Bool {
    do {
      switch name {
      case "duration": _ = try Nanoseconds(literal: text)
      case "distribution": _ = try Distribution(literal: text) { _ in Array("5ms".utf8) }
      case "arrivals": _ = try Arrivals(literal: text)
      case "objective":
        let source = "{ name: 'x', provider: { script: ['done'] }, goodput: ['\(text)'] }"
        _ = try ScenarioReader.read(Array(source.utf8), path: "s", faults: [])
      case "position": _ = try Position(literal: text)
      case "fault": _ = try FaultRule(text, leg: .a)
      default: _ = try Expectation(literal: text)
      }
      return true
    } catch {
      return false
    }
  }
}
