import Core
import Foundation
import Harness
import Platform
import Testing

/// The control interface as a server: what clients do to it, right and wrong.
@Suite(.waits) struct ControlServerTests {
  private static func start(patience: ControlServer.Patience = .init()) throws -> ControlServer {
    try ControlServer(listen: Endpoint(host: "127.0.0.1", port: 0), patience: patience) {
      ControlState(host: DeafHost())
    }
  }

  private static func request(_ line: String, _ more: String = "") -> String {
    "\(line) HTTP/1.1\r\nHost: localhost\r\n\(more)\r\n"
  }

  @Test func answersInOrderOnOneConnection() throws {
    let server = try Self.start()
    defer { server.stop() }
    let client = try BlockingClient(server.endpoint)
    let body = #"{"name":"a","upstream":"b:1","enabled":false}"#
    let create = Self.request("POST /proxies", "Content-Length: \(body.utf8.count)\r\n") + body
    // Three requests in one write, then one byte by byte.
    client.send(Self.request("GET /version") + create + Self.request("GET /proxies"))
    #expect(try client.response().body == "{\"version\": \"2.12.0\"}\n")
    #expect(try client.response().status == 201)
    #expect(try client.response().body.hasPrefix(#"{"a":{"name":"a""#) == true)
    for byte in Self.request("DELETE /proxies/a").utf8 { client.send([byte]) }
    let deleted = try client.response()
    #expect(deleted.status == 204)
    #expect(!deleted.head.contains("Content-Length"))
    #expect(deleted.head.contains("X-Toxiproxy-Request-Id: "))
  }

  @Test func closesWhenAsked() throws {
    let server = try Self.start()
    defer { server.stop() }
    for (text, closes) in [
      (Self.request("GET /version", "Connection: close\r\n"), true),
      ("GET /version HTTP/1.0\r\n\r\n", true), (Self.request("GET /version"), false),
    ] {
      let client = try BlockingClient(server.endpoint, patience: closes ? 10 : 1)
      client.send(text)
      #expect(try client.response().status == 200)
      #expect(client.readToEnd() == (closes ? .finished : .timeout))
    }
  }

  /// By name: the words of a test's arguments are printed.
  private static let broken: [String: (text: String, status: Int)] = [
    "length": (request("POST /proxies", "Content-Length: \(Limits.controlBodyBytes + 1)\r\n"), 413),
    "chunked": (
      "POST /proxies HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n200000\r\n", 413
    ),
    "no host": ("GET /version HTTP/1.1\r\n\r\n", 400), "garbage": ("garbage\r\n\r\n", 400),
    "version": ("GET /version HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    "head": (request("GET /version", "X: " + String(repeating: "a", count: 70_000) + "\r\n"), 431),
    "coding": (request("POST /reset", "Transfer-Encoding: gzip\r\n"), 501),
  ]

  @Test(arguments: broken.keys.sorted())
  func brokenRequestsEndTheConnectionOnly(name: String) throws {
    let (text, status) = try #require(Self.broken[name])
    let server = try Self.start()
    defer { server.stop() }
    let client = try BlockingClient(server.endpoint)
    client.send(text)
    if name == "chunked" {
      // A body that is too large is refused where it becomes so, and read on until then.
      client.send([UInt8](repeating: 0x61, count: Limits.controlBodyBytes + 1))
    }
    let answer = try client.response()
    #expect(answer.status == status)
    #expect(answer.head.contains("Connection: close"))
    #expect(answer.body.contains("\"status\":\(status)"))
    client.finish()
    #expect(client.readToEnd() == .finished)
    let next = try BlockingClient(server.endpoint)
    next.send(Self.request("GET /version"))
    #expect(try next.response().status == 200)
  }

  @Test func saysGoOnWhenAsked() throws {
    let server = try Self.start()
    defer { server.stop() }
    let client = try BlockingClient(server.endpoint)
    client.send(Self.request("POST /reset", "Content-Length: 2\r\nExpect: 100-continue\r\n"))
    #expect(try client.response().status == 100)
    client.send("{}")
    #expect(try client.response().status == 204)
  }

  @Test func silentAndSlowClientsAreSentAway() throws {
    var patience = ControlServer.Patience()
    patience.request = .milliseconds(300)
    patience.idle = .milliseconds(300)
    let server = try Self.start(patience: patience)
    defer { server.stop() }
    let silent = try BlockingClient(server.endpoint)
    let slow = try BlockingClient(server.endpoint)
    slow.send("GET /version HT")
    let idle = try BlockingClient(server.endpoint)
    idle.send(Self.request("GET /version"))
    #expect(try idle.response().status == 200)
    #expect(silent.readToEnd() == .finished)
    #expect(slow.readToEnd() != .timeout)
    #expect(idle.readToEnd() == .finished)
  }

  @Test func takesSoManyClients() throws {
    let server = try Self.start()
    defer { server.stop() }
    let clients = try (0..<Limits.controlConnections).map { _ in
      let client = try BlockingClient(server.endpoint)
      client.send(Self.request("GET /version"))
      return client
    }
    #expect(try clients.allSatisfy { try $0.response().status == 200 })
    let further = try BlockingClient(server.endpoint)
    #expect(further.readToEnd() != .timeout)
    withExtendedLifetime(clients) {}
  }

  @Test func whereSomebodyListensAlready() throws {
    let server = try Self.start()
    defer { server.stop() }
    #expect(throws: SystemError.self) {
      try ControlServer(listen: server.endpoint) { ControlState(host: DeafHost()) }
    }
  }
}

/// A host without proxies.
private final class DeafHost: ProxyHost {
  func listen(_ endpoint: Endpoint) throws(SystemError) -> Listener {
    throw SystemError("listen on \(endpoint)", code: EACCES)
  }
  func numeric(_ endpoint: Endpoint) -> Endpoint? { nil }
  func start(_ proxy: HostedProxy, listener: Listener) {}
  func stop(_ proxy: Int) {}
  func install(_ rule: InstalledRule, on proxy: Int) {}
  func update(_ rule: InstalledRule, on proxy: Int) {}
  func withdraw(_ rule: Int, from proxy: Int) {}
}
