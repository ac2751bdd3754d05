import Core
import Foundation
import Synchronization
import Testing

/// The same seed gives the same request bytes, scripts and faults, whatever the timing.
@Suite(.waits) struct DeterminismTests {
  /// Everything a run sent, by request, in the order of the bytes.
  private func requests(seed: Int) throws -> [String] {
    let seen = Mutex<[String]>([])
    let store = Seen(seen)
    let server = try HostileServer { request, connection in
      store.add(String(decoding: request, as: UTF8.self))
      HostileServer.send(Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), to: connection)
    }
    defer { server.stop() }
    let directory = try CommandLineTool.scratch("seed")
    _ = try CommandLineTool.run([
      "run", "scenarios/streaming/steady-50ms.json5", "--target=\(server.baseURL)",
      "--out=\(directory)", "--streams=8", "--concurrency=4", "--seed=\(seed)", "--quiet",
    ])
    return store.all.map { $0.replacingOccurrences(of: ":\(server.port)", with: "") }.sorted()
  }

  private final class Seen: Sendable {
    private let texts: Mutex<[String]>
    init(_ texts: consuming Mutex<[String]>) { self.texts = texts }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
    var all: [String] { texts.withLock { $0 } }
  }

  @Test func sameSeedSameRequestBytes() throws {
    let first = try requests(seed: 7)
    #expect(first.count >= 8)
    #expect(Set(first).count == first.count, "every request carries a nonce of its own")
    #expect(try requests(seed: 7) == first)
    #expect(try requests(seed: 8) != first)
  }

  /// What each stream was sent and when it was due, and which fault struck where.
  private func run(seed: Int) throws -> (tokens: [Nonce: Int], faults: Set<String>) {
    let directory = try CommandLineTool.scratch("seed")
    let scenario = directory + "/faults.json5"
    try """
    { name: "faults",
      provider: { script: ["role", { text: { tokens: 8, gap: "uniform(1ms,3ms)" } }, "done"] },
      traffic: { streams: 12, concurrency: 6 },
      faults: { legB: ["pause uniform(5ms,20ms) at event(3)", "reset at event(6)"] } }
    """.write(toFile: scenario, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run([
      "run", scenario, "--target=builtin", "--out=\(directory)", "--seed=\(seed)", "--quiet",
      "--allow-unfit",
    ])
    #expect([0, 1].contains(result.status), "\(result.error)")
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    let target = try #require(
      try JSONDecoder().decode(RunRecord.self, from: data).targets.first)
    let tokens = Dictionary(
      uniqueKeysWithValues: target.streams.map { ($0.nonce, $0.arrivals.count) })
    let faults = target.faults.map {
      "\($0.nonce?.hex ?? "?") \($0.rule) \($0.eventsBefore) \($0.bytesBefore)"
    }
    #expect(faults.count == Set(faults).count)
    return (tokens, Set(faults))
  }

  @Test func sameSeedSameFaults() throws {
    let first = try run(seed: 3)
    #expect(first.tokens.count == 12)
    #expect(first.faults.count == 24)
    #expect(first.tokens.values.allSatisfy { $0 == 5 }, "a reset after event 6 lets 5 tokens pass")
    let second = try run(seed: 3)
    #expect(second.tokens == first.tokens)
    #expect(second.faults == first.faults)
  }
}
