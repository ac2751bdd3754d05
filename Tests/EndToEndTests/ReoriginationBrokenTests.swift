import Core
import Harness
import Platform
import Testing
import Wire

/// Servers that do it wrong, or do what is rare: what a client gets of them, and that nothing of
/// them is left over.
@Suite(.waits) struct ReoriginationBrokenTests {
  /// What the server sends, what it does then, and what the client gets.
  private struct Case {
    enum Then { case stays, closes, resets }
    var sends: String
    var then = Then.stays
    /// The end of what the client gets, or the message of the proxy's own answer.
    var gets: String
    var end = FaultProxyPeer.End.open
  }

  private static let ok = "HTTP/1.1 200 OK\r\n"
  private static let chunked = "Transfer-Encoding: chunked\r\n\r\n"
  private static let malformed = "The upstream's answer is malformed: "
  private static let unreadable = "The upstream's answer cannot be read: "

  /// By name: the words of a test's arguments are printed.
  private static let cases: [String: Case] = [
    "garbage": Case(sends: "\u{1}\u{2}garbage\r\n\r\n", gets: malformed),
    "HTTP/0.9": Case(sends: "<html>hello</html>", then: .closes, gets: malformed),
    "HTTP/3 in words": Case(sends: "HTTP/9.9 200 OK\r\n\r\n", then: .closes, gets: malformed),
    "two lengths": Case(
      sends: "\(ok)Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", gets: malformed),
    "length below zero": Case(sends: "\(ok)Content-Length: -1\r\n\r\nab", gets: malformed),
    "length of words": Case(sends: "\(ok)Content-Length: two\r\n\r\nab", gets: malformed),
    "length beyond numbers": Case(
      sends: "\(ok)Content-Length: 99999999999999999999\r\n\r\n", gets: malformed),
    "NUL in the head": Case(sends: "\(ok)A: \0\r\n\r\n", gets: malformed),
    "no colon": Case(sends: "\(ok)no colon\r\n\r\n", gets: malformed),
    "protocol switched": Case(
      sends: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nx", gets: malformed),
    "status of two digits": Case(sends: "HTTP/1.1 20 OK\r\n\r\n", then: .closes, gets: malformed),
    "head of one endless line": Case(
      sends: "\(ok)A: " + String(repeating: "a", count: 1 << 20), gets: unreadable),
    "head of endless lines": Case(
      sends: ok + String(repeating: "A: aaaaaaaaaaa\r\n", count: 1 << 16), gets: malformed),
    "head cut": Case(sends: "\(ok)Content-Le", then: .closes, gets: "", end: .finished),
    "head reset": Case(sends: "\(ok)Content-Le", then: .resets, gets: "", end: .reset),
    "interim answers": Case(
      sends: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n"
        + "\(ok)Content-Length: 1\r\n\r\nx",
      gets: "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n\(ok)Content-Length: 1\r\n\r\nx"),
    "trailers": Case(
      sends: "\(ok)\(chunked)2\r\nab\r\n0\r\nX-Trailer: 1\r\n\r\n",
      gets: "\(chunked)2\r\nab\r\n0\r\n\r\n"),
    "chunk extensions": Case(
      sends: "\(ok)\(chunked)2;a=\"b\"\r\nab\r\n0;c\r\n\r\n", gets: "2\r\nab\r\n0\r\n\r\n"),
    "chunk size garbage": Case(
      sends: "\(ok)\(chunked)2\r\nab\r\nzz\r\n", gets: "2\r\nab\r\n", end: .finished),
    "chunk cut": Case(
      sends: "\(ok)\(chunked)5\r\nab", then: .closes, gets: "2\r\nab\r\n", end: .finished),
    "chunk reset": Case(
      sends: "\(ok)\(chunked)5\r\nab", then: .resets, gets: "2\r\nab\r\n", end: .reset),
    "last chunk missing": Case(
      sends: "\(ok)\(chunked)2\r\nab\r\n", then: .closes, gets: "2\r\nab\r\n", end: .finished),
    "body short": Case(
      sends: "\(ok)Content-Length: 3\r\n\r\nab", then: .closes, gets: "\r\n\r\nab", end: .finished),
    "body long": Case(sends: "\(ok)Content-Length: 2\r\n\r\nabcdef", gets: "\r\n\r\nab"),
    "body where there is none": Case(
      sends: "HTTP/1.1 204 No Content\r\n\r\nabc", gets: "HTTP/1.1 204 No Content\r\n\r\n"),
    "length beside chunks": Case(
      sends: "\(ok)Content-Length: 9\r\n\(chunked)2\r\nab\r\n0\r\n\r\n",
      gets: "\(ok)\(chunked)2\r\nab\r\n0\r\n\r\n"),
    "HTTP/1.0": Case(
      sends: "HTTP/1.0 200 OK\r\n\r\nab", then: .closes,
      gets: "HTTP/1.1 200 OK\r\n\(chunked)2\r\nab\r\n0\r\n\r\n"),
    "folded line": Case(
      sends: "\(ok)A: 1\r\n 2\r\nContent-Length: 1\r\n\r\nx",
      gets: "A: 1 2\r\nContent-Length: 1\r\n\r\nx"),
    "line feeds alone": Case(
      sends: "HTTP/1.1 200 OK\nContent-Length: 1\n\nx", gets: "\(ok)Content-Length: 1\r\n\r\nx"),
  ]

  /// Without faults, and with one that reads.
  @Test(arguments: cases.keys.sorted(), [[], ["reset at event(500)"]])
  func whatABrokenServerComesTo(_ name: String, _ rules: [String]) throws {
    let expected = try #require(Self.cases[name])
    let stage = try Self.stage(rules)
    let client = try Self.play(expected, stage)
    if expected.gets.hasPrefix("The upstream's answer") {
      #expect(stage.run { client.text.hasSuffix("}") }, "\(client.text) \(client.end)")
      #expect(client.text.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"), "\(client.text)")
      #expect(client.text.contains(#"{"error":{"message":"\#(expected.gets)"#), "\(client.text)")
    } else {
      #expect(
        stage.run { client.text.hasSuffix(expected.gets) && client.end == expected.end },
        "\(client.text) \(client.end)")
    }
    #expect(client.end == expected.end)
    try Self.expectNothingLeft(stage, client)
  }

  /// A fault that takes answers apart frames them anew; their ends stay what they were.
  @Test(arguments: cases.keys.sorted())
  func whatABrokenServerComesToTakenApart(_ name: String) throws {
    let expected = try #require(Self.cases[name])
    let stage = try Self.stage(["drop-event at event(500)"])
    let client = try Self.play(expected, stage)
    if expected.end == .open {
      let isWhole = {
        ["0\r\n\r\n", "}", "No Content\r\n\r\n"].contains(where: client.text.hasSuffix)
      }
      #expect(stage.run(isWhole), "\(client.text)")
    } else {
      #expect(stage.run { client.end == expected.end }, "\(client.text)")
      #expect(!client.text.hasSuffix("0\r\n\r\n"))
    }
    try Self.expectNothingLeft(stage, client)
  }

  private static func stage(_ rules: [String]) throws -> FaultProxyStage {
    try FaultProxyStage(rules.map { try FaultRule($0) }, base: FaultProxyStage.base)
  }

  /// A client that has asked, and a server that has answered.
  private static func play(_ expected: Case, _ stage: FaultProxyStage) throws -> FaultProxyPeer {
    let (client, server) = try stage.exchange()
    server.send(expected.sends.utf8)
    switch expected.then {
    case .stays: break
    case .closes: server.finish()
    case .resets:
      // RST overtakes in the kernels what was not read yet.
      #expect(stage.run { client.text.hasSuffix(expected.gets) })
      server.reset()
    }
    return client
  }

  /// No transfer is under way, the next client is served, and in the end nothing is open.
  private static func expectNothingLeft(_ stage: FaultProxyStage, _ client: FaultProxyPeer) throws {
    #expect(stage.run { stage.proxy.activeTransfers == 0 })
    let other = try stage.client()
    other.send("GET /next HTTP/1.1\r\nHost: here\r\n\r\n".utf8)
    var next: FaultProxyPeer?
    #expect(
      stage.run {
        next = stage.server.accepted.first { $0.text.contains("GET /v1/next ") }
        return next != nil
      })
    next?.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext".utf8)
    #expect(stage.run { other.text.contains("next") })
    client.close()
    other.close()
    #expect(stage.run { stage.proxy.connectionCount == 0 })
    #expect(stage.proxy.activeTransfers == 0)
  }
}
