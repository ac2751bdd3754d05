import Core
import Foundation
import Judging
import Platform
import Testing
import Wire

/// Traffic that is recorded, replayed on both sides of a proxy and recorded again is the same
/// traffic: the same requests, the same bytes, the same reads, at nearly the same instants.
@Suite(.waits) struct ReplayRoundTripTests {
  /// Its gaps are longer than a busy machine takes to wake a reader.
  private static let scenario = """
    { name: "short", traffic: { streams: 4, concurrency: 2 },
      provider: { think: "20ms", script: [
        "role", { text: { tokens: 6, gap: "uniform(40ms, 60ms)" } },
        { raw: "data: {\\"h\u{e9}\\":1}\\n\\n" }, { finish: "stop" }, "usage", "done"] } }
    """

  private static func proxy(_ upstream: String, _ path: String) -> [String] {
    ["proxy", "--listen=127.0.0.1:0", "--upstream=\(upstream)", "--record=\(path)"]
  }

  /// Records a run through a proxy.
  private static func record(_ directory: String) throws -> String {
    let script = directory + "/s.json5"
    try scenario.write(toFile: script, atomically: true, encoding: .utf8)
    let path = directory + "/first.jsonl"
    let run = try CommandLineTool.serving(
      ["provider", "--listen=127.0.0.1:0", "--scenario=\(script)"]
    ) { provider in
      try CommandLineTool.serving(proxy(provider, path)) { relay in
        try CommandLineTool.run([
          "run", script, "--target=http://\(relay)/v1", "--out=\(directory)", "--allow-unfit",
          "--quiet",
        ])
      }
    }
    #expect(run.value.value.status == 0, "\(run.value.value.error)")
    return path
  }

  @Test func bothSidesAreTheSameTraffic() throws {
    let directory = try CommandLineTool.scratch("round-trip")
    let first = try Self.record(directory)
    let second = directory + "/second.jsonl"
    let played = try CommandLineTool.serving(["replay", first, "--listen=127.0.0.1:0"]) {
      try CommandLineTool.serving(Self.proxy($0, second)) { relay in
        try CommandLineTool.run(["replay", first, "--target=http://\(relay)/v1"])
      }
    }
    #expect(played.value.value.status == 0, "\(played.value.value.error)")
    // By their bodies, of which no two are equal: two may begin at nearly the same instant.
    let exchanges = try [first, second].map {
      RecordedExchanges.of(try RecordingFiles.read($0)).sorted {
        ($0.request?.body ?? []).lexicographicallyPrecedes($1.request?.body ?? [])
      }
    }
    let found = RecordingComparison(exchanges[0], exchanges[1])
    #expect(found.requests >= 4 && found.missing == 0 && found.extra == 0)
    #expect(found.otherBytes == 0 && found.otherEnds == 0)
    for pair in [(0, 1), (1, 0)] {
      for (here, there) in zip(exchanges[pair.0], exchanges[pair.1]) {
        let clear = Self.boundaries(here, apart: .milliseconds(10))
        #expect(clear.count >= 5)
        #expect(clear.isSubset(of: Self.boundaries(there, apart: .zero)))
      }
    }
    for (name, summary) in [
      ("starts", found.starts), ("firsts", found.firsts), ("gaps", found.gaps),
    ] {
      let error = try #require(summary)
      #expect(error.p50 < .milliseconds(10), "\(name) are off by \(error.p50)")
      print("round trip, \(name): n \(error.n), off by p50 \(error.p50), p99 \(error.p99)")
    }
    let said = try CommandLineTool.run(["replay", first, "--compare=\(second)"])
    #expect(said.status == (found.isExact ? 0 : 1))
    #expect(said.out.contains("bytes:       the same in all \(found.requests) answers"))
  }

  /// Where in the answer a read ended that was so long before the next: what is written in one go
  /// may come in as many reads as the machine likes.
  private static func boundaries(_ exchange: RecordedExchange, apart: Nanoseconds) -> Set<Int> {
    var end = 0
    var found: Set<Int> = []
    for (piece, next) in zip(exchange.pieces, exchange.pieces.dropFirst()) {
      end += piece.bytes.count
      if next.after - piece.after >= apart { found.insert(end) }
    }
    return found
  }

  @Test func whatDiffersIsSaid() throws {
    let directory = try CommandLineTool.scratch("round-trip")
    func write(_ name: String, _ answers: [String: [String]]) throws -> String {
      var lines = RecordingWriter.header(tool: "", startedAt: "")
      for (connection, (target, reads)) in answers.sorted(by: { $0.key < $1.key }).enumerated() {
        let request = RecordedRequest(method: "GET", target: target, headers: [], body: [])
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"
        var events: [RecordedEvent] = [
          .open(client: "", upstream: "", layer: .wire), .request(request, number: 1),
        ]
        events += ([head] + reads).map { .read(.downstream, Array($0.utf8)) }
        for (index, event) in (events + [.close]).enumerated() {
          RecordingWriter.append(
            RecordingEntry(
              connection: connection + 1, at: .milliseconds(Int64(index)), event: event),
            to: &lines)
        }
      }
      try Data(lines).write(to: URL(fileURLWithPath: directory + "/" + name))
      return directory + "/" + name
    }
    let first = try write("a", ["/1": ["ab", "cd"], "/2": ["abcd"], "/3": ["abcd"]])
    let second = try write("b", ["/1": ["abcd"], "/2": ["abce"], "/4": ["abcd"]])
    let same = try CommandLineTool.run(["replay", first, "--compare=\(first)"])
    #expect(same.status == 0)
    #expect(
      same.out == """
        requests:    3 requests
        bytes:       the same in all 3 answers
        boundaries:  the same in all 7 reads
        ends:        the same in all 3 answers
        starts:      n 2, off by p50 0 ns, p99 0 ns, max 0 ns
        first reads: n 3, off by p50 0 ns, p99 0 ns, max 0 ns
        gaps:        n 4, off by p50 0 ns, p99 0 ns, max 0 ns

        """)
    let other = try CommandLineTool.run(["replay", first, "--compare=\(second)"])
    #expect(other.status == 1)
    #expect(
      other.out.hasPrefix(
        """
        requests:    3 requests, 1 missing, 1 added
        bytes:       different in 1 of 2 answers
        boundaries:  different in 4 of 5 reads
        ends:        the same in all 2 answers

        """))
    let clash = try CommandLineTool.run(["replay", first, "--compare=x", "--listen=127.0.0.1:0"])
    #expect(clash.status == 2 && clash.error.contains("--compare plays nothing"))
  }
}
