import Foundation
import Glibc
import Platform

/// A client that waits: for tests about servers that have threads of their own.
final class BlockingClient {
  enum End: Hashable { case finished, reset, timeout }

  private let descriptor: Int32
  private(set) var received: [UInt8] = []

  /// - Parameter patience: how long any one read may take, in seconds.
  init(_ endpoint: Endpoint, patience: Int = 30) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = endpoint.port.bigEndian
    inet_pton(AF_INET, endpoint.host, &address.sin_addr)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw SystemError("connect to \(endpoint)", code: errno) }
  }

  deinit { close(descriptor) }

  @discardableResult
  func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool { HostileServer.send(bytes, to: descriptor) }

  /// FIN; what comes is still read.
  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads until there is so much; nil, or how it ended before.
  func read(atLeast count: Int) -> End? { read { $0.count >= count } }

  /// Reads to the end.
  func readToEnd() -> End { read { _ in false } ?? .timeout }

  func read(until isEnough: ([UInt8]) -> Bool) -> End? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !isEnough(received) {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { return .finished }
      if count < 0, errno == EINTR { continue }
      if count < 0 { return errno == ECONNRESET ? .reset : .timeout }
      received += buffer[0..<count]
    }
    return nil
  }

  struct Response {
    var status: Int
    var head: String
    var body: String
  }

  /// What came instead of a whole response, so that a failure tells one that was closed from one
  /// that was waited for in vain.
  struct NoResponse: Error {
    var end: End?
    var received: String
  }

  /// The next whole response with a known length.
  func response() throws -> Response {
    var found: Response?
    let end = read { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { return false }
      let head = String(text[..<end.upperBound])
      let length = head.range(of: "Content-Length: ").flatMap {
        Int(head[$0.upperBound...].prefix { $0.isNumber })
      }
      let body = text[end.upperBound...].utf8
      guard body.count >= length ?? 0 else { return false }
      let status = Int(head.dropFirst(9).prefix(3)) ?? 0
      found = Response(
        status: status, head: head, body: String(decoding: body.prefix(length ?? 0), as: UTF8.self))
      return true
    }
    guard let found else {
      throw NoResponse(end: end, received: String(decoding: received, as: UTF8.self))
    }
    received.removeFirst(found.head.utf8.count + found.body.utf8.count)
    return found
  }
}
