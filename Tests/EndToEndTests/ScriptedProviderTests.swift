import Core
import Foundation
import Glibc
import Harness
import Platform
import Testing

/// The scripted provider over real sockets: its limits, and that nobody waits for a slow reader.
@Suite(.waits) struct ScriptedProviderTests {
  private final class Standing {
    let thread: LoopThread
    let provider: LoopBound<ScriptedProvider>
    let endpoint: Endpoint

    init(_ steps: [Step]) throws {
      thread = try LoopThread(name: "provider")
      let script = ProviderScript(think: .zero, steps: steps)
      let made = try thread.perform { loop throws(SystemError) in
        let provider = try ScriptedProvider(
          loop: loop, listen: Endpoint(host: "127.0.0.1", port: 0), script: script, seed: 1)
        return (LoopBound(provider), provider.endpoint)
      }
      provider = made.0
      endpoint = made.1
    }

    func harvest() throws -> [ProviderExchange] {
      let provider = provider
      return try thread.perform { _ throws(SystemError) in provider.object.harvest() }
    }

    func stop() throws {
      let provider = provider
      _ = try thread.perform { _ throws(SystemError) in
        provider.object.stop()
        return true
      }
      thread.stop()
    }
  }

  /// A blocking client connection.
  private func connect(_ endpoint: Endpoint, receiveBuffer: Int32? = nil) throws -> Int32 {
    let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer {
      setsockopt(made, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = endpoint.port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(made, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
    return made
  }

  private func request(_ version: String = "1.1", close: Bool = true) -> [UInt8] {
    let body = #"{"model":"m","stream":true,"messages":[]}"#
    let field = close ? "Connection: close\r\n" : ""
    return Array(
      """
      POST /v1/chat/completions HTTP/\(version)\r\nHost: x\r\n\(field)\
      Content-Length: \(body.utf8.count)\r\n\r\n\(body)
      """.utf8)
  }

  private func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[0..<count]
    }
  }

  private func ask(_ endpoint: Endpoint, _ bytes: [UInt8]) throws -> String {
    let client = try connect(endpoint)
    defer { close(client) }
    HostileServer.send(bytes, to: client)
    return readAll(client)
  }

  @Test func oldClientsGetABodyThatTheCloseEnds() throws {
    let standing = try Standing([.role("assistant"), .done])
    let answer = try ask(standing.endpoint, request("1.0", close: false))
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(!answer.lowercased().contains("transfer-encoding"))
    #expect(answer.hasSuffix("data: [DONE]\n\n"))
    try standing.stop()
  }

  @Test func badRequestsGetAJSONError() throws {
    let standing = try Standing([.role("assistant"), .done])
    let headTooLarge =
      "GET / HTTP/1.1\r\nHost: x\r\nX: \(String(repeating: "a", count: Limits.requestHeadBytes))"
    let bodyTooLarge =
      "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: "
      + "\(Limits.requestBodyBytes + 1)\r\n\r\n"
    for (bytes, status) in [
      ("garbage\r\n\r\n", 400), (headTooLarge, 431), (bodyTooLarge, 413),
      ("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
    ] {
      let answer = try ask(standing.endpoint, Array(bytes.utf8))
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(80))")
      #expect(answer.contains(#"{"error":{"message":"#))
    }
    try standing.stop()
  }

  /// 30 MB for a reader that never reads fill its connection; an ordinary stream beside it is
  /// whole and on time.
  @Test func slowReaderHoldsUpNobody() throws {
    let tokens = 120_000
    let standing = try Standing([
      .role("assistant"), .text(TextStep(tokens: tokens, gap: .zero)), .done,
    ])
    let slow = try connect(standing.endpoint, receiveBuffer: 4096)
    defer { close(slow) }
    HostileServer.send(request(), to: slow)
    let answer = try ask(standing.endpoint, request())
    #expect(answer.contains("t\(tokens - 1)-"))
    #expect(answer.hasSuffix("data: [DONE]\n\n\r\n0\r\n\r\n"))
    let seen = try standing.harvest()
    #expect(seen.count == 2)
    #expect(seen.first?.end == .finished)
    let stuck = try #require(seen.last)
    #expect(stuck.end == .unfinished)
    // What the kernel's buffers hold, and nothing beyond: the script waits for the reader.
    #expect(stuck.writes.count < tokens)
    try standing.stop()
  }
}
