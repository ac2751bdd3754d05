import Core
import Foundation
import Testing

/// The floor that is measured beside a run, from the command line.
@Suite(.waits) struct FloorTests {
  private func run(
    _ scenario: String, _ arguments: [String], until ready: (String) -> Bool = { _ in false }
  ) throws -> (result: CommandLineTool.Result, record: RunRecord?) {
    let directory = try CommandLineTool.scratch("floor")
    let path = directory + "/scenario.json5"
    try scenario.write(toFile: path, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(
      ["run", path, "--out=\(directory)", "--allow-unfit"] + arguments, interruptWhen: ready)
    let data = try? Data(contentsOf: URL(fileURLWithPath: directory + "/run.json"))
    return (result, try data.map { try JSONDecoder().decode(RunRecord.self, from: $0) })
  }

  private static func scenario(_ traffic: String, gap: String = "2ms") -> String {
    """
    { name: "short", provider: { script: ["role", { text: { tokens: 4, gap: "\(gap)" } }, "done"] },
      traffic: { usage: false, \(traffic) } }
    """
  }

  /// How many exchanges there were, from the first token of each.
  private func count(_ record: RunRecord?) throws -> Int? {
    let target = try #require(record?.targets.first)
    #expect(record?.instrument.floor == target.floor ?? [:])
    if let chunks = target.floor?["added.chunk"], let first = target.floor?["added.ttft"] {
      #expect(chunks.n == first.n * 20)
    }
    return target.floor?["added.ttft"]?.n
  }

  @Test(arguments: [
    ("streams: 3, warmup: 2", [], 30), ("streams: 700, concurrency: 40", [], 35),
    ("streams: 80, concurrency: 8", ["--floor-share=0.5"], 40),
    (#"concurrency: 2, think: "20ms", duration: "700ms""#, [], 30),
    (#"arrivals: "constant 40/s for 500ms""#, [], 30),
  ])
  func itStandsBesideTheFigures(traffic: String, options: [String], expected: Int) throws {
    let (result, record) = try run(
      Self.scenario(traffic), ["--target=builtin", "--quiet"] + options)
    #expect(result.status == 0, "\(result.error)")
    #expect(try count(record) == expected)
    #expect(result.out.contains("its floor"))
    let target = try #require(record?.targets.first)
    #expect(target.exchanges.done == target.exchanges.total, "those of the floor are not counted")
    #expect(target.probes.isEmpty && target.streams.count <= target.exchanges.total)
  }

  /// A provider of our own for the floor alone, where the target's own cannot be seen.
  @Test func oneSidedRunsHaveOne() throws {
    let server = try HostileServer(
      head: "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n",
      body: Array("data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\ndata: [DONE]\n\n".utf8))
    defer { server.stop() }
    let (result, record) = try run(
      Self.scenario("streams: 4"), ["--target=\(server.baseURL)", "--quiet"])
    #expect(result.status != 5, "\(result.error)")
    #expect(record?.targets.first?.topology == .oneSided)
    #expect(try count(record) == 30)
  }

  @Test func withoutARelayTheRunIsItsOwn() throws {
    let (result, record) = try run(
      Self.scenario("streams: 3"), ["--target=direct", "--quiet"])
    let words = result.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("these delays are the floor itself"))
    let target = try #require(record?.targets.first)
    #expect(target.floor?["added.chunk"] == target.measures["added.chunk"])
    #expect(target.floor?["added.ttft"]?.n == 3)
  }

  @Test func itCanBeLeftOut() throws {
    let (_, record) = try run(
      Self.scenario("streams: 3"), ["--target=builtin", "--quiet", "--floor-share=0"])
    #expect(record?.targets.first?.floor == nil)
    #expect(record?.instrument.floor == [:])
  }

  @Test(arguments: ["-0.1", "0.6", "5%", "", "nan"])
  func sharesThatAreNone(share: String) throws {
    let (result, _) = try run(Self.scenario("streams: 3"), ["--floor-share=\(share)"])
    #expect(result.status == 2)
    #expect(result.error.contains("--floor-share takes a share from 0 to 0.5"))
  }

  @Test func whoInterruptsDoesNotWaitForIt() throws {
    let (result, record) = try run(
      Self.scenario("streams: 100000, concurrency: 5"), ["--target=builtin"],
      until: { $0.contains("100000 streams") })
    #expect(result.status == 130, "\(result.error)")
    #expect(record?.targets.first?.exchanges.byEnd["interrupted"] ?? 0 <= 5)
    #expect(record?.targets.first?.floor?["added.chunk"]?.n ?? 0 > 0)
  }
}
