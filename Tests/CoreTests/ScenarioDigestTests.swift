import Core
import Testing

/// The same scenario everywhere, and no other.
struct ScenarioDigestTests {
  private func read(_ text: String, file: String = "5ms\n7ms\n") throws -> Scenario {
    try ScenarioReader.read(
      Array(text.utf8), path: "s", faults: [], files: { _ in Array(file.utf8) })
  }

  @Test func formDoesNotCount() throws {
    let one = try read("{ name: 'a', provider: { script: ['role', 'done'] } }")
    let other = try read(
      "// said\n{ provider: { script: [ \"role\", \"done\", ] }, name: \"a\" }\n")
    #expect(ScenarioDigest.of(one) == ScenarioDigest.of(other))
    #expect(ScenarioDigest.of(one).count == 16)
    var shard = one
    shard.traffic.shard = Shard(index: 2, count: 3)
    #expect(ScenarioDigest.of(shard) == ScenarioDigest.of(one))
  }

  @Test func everythingCounts() throws {
    let base = Scenario(name: "a")
    var others: [Scenario] = [base]
    func change(_ change: (inout Scenario) -> Void) {
      var other = base
      change(&other)
      others.append(other)
    }
    change { $0.name = "b" }
    change { $0.about = "x" }
    change { $0.traffic.streams += 1 }
    change { $0.traffic.warmup = 1 }
    change { $0.traffic.concurrency = 2 }
    change { $0.traffic.model = "m" }
    change { $0.traffic.seed = 0 }
    change { $0.traffic.stream = false }
    change { $0.traffic.usage = false }
    change { $0.traffic.duration = .seconds(1) }
    change { $0.traffic.think = .constant(.seconds(1)) }
    change { $0.traffic.http = .http2 }
    change { $0.traffic.connections = .fresh }
    change { $0.traffic.timeouts.idle = .seconds(1) }
    change { $0.traffic.arrivals = .open(.constant, .constant(5)) }
    change { $0.traffic.arrivals = .open(.poisson, .constant(5)) }
    change { $0.traffic.arrivals = .open(.gamma(cv: 2), .constant(5)) }
    change { $0.traffic.arrivals = .open(.gamma(cv: 3), .constant(5)) }
    change { $0.provider.headers = .atOnce }
    change { $0.provider.think = .zero }
    change { $0.provider.steps.removeLast() }
    change { $0.provider.steps.append(.raw([1, 2])) }
    change { $0.provider.steps.append(.raw([2, 1])) }
    change { $0.provider.steps.append(.stall(nil)) }
    change { $0.provider.steps.append(.stall(.zero)) }
    change { $0.provider.steps.append(.close) }
    change { $0.provider.steps.append(.reset) }
    #expect(Set(others.map(ScenarioDigest.of)).count == others.count)
  }

  @Test func whatFilesHoldCounts() throws {
    let samples = "{ name: 'a', provider: { think: \"empirical('a.txt')\", script: ['done'] } }"
    #expect(
      ScenarioDigest.of(try read(samples))
        != ScenarioDigest.of(try read(samples, file: "5ms\n8ms\n")))
    let trace =
      "{ name: 'a', provider: { script: ['done'] }, traffic: { arrivals: { trace: 'a', format: 'azure' } } }"
    let head = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.1,1,2\n"
    let one = try read(trace, file: head + "2023-11-16 18:17:04.1,1,2\n")
    let other = try read(trace, file: head + "2023-11-16 18:17:04.2,1,2\n")
    #expect(ScenarioDigest.of(one) != ScenarioDigest.of(other))
  }
}
