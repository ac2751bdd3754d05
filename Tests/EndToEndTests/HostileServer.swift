import Foundation
import Glibc

/// A server that answers every request with the same bytes, right or wrong, and closes.
final class HostileServer: @unchecked Sendable {
  let port: UInt16
  private let listener: Int32
  private let answer: @Sendable ([UInt8], Int32) -> Void

  private let reads: Bool

  /// `answer` gets the request as received (nothing if it is not to be read first) and the
  /// connection to write to.
  init(reads: Bool = true, _ answer: @escaping @Sendable ([UInt8], Int32) -> Void) throws {
    self.reads = reads
    self.answer = answer
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = self.listener
    port = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
        _ = bind(listener, raw, length)
        // As many as tests open at once: one that finds no room is asked to come again after seconds.
        _ = listen(listener, 4096)
        _ = getsockname(listener, raw, &length)
      }
      return UInt16(bigEndian: pointer.pointee.sin_port)
    }
    Thread { [self] in serve() }.start()
  }

  /// The same answer for everyone, whole.
  convenience init(head: String, body: [UInt8], repeats: Int = 1) throws {
    try self.init { _, connection in
      Self.send(Array(head.utf8), to: connection)
      for _ in 0..<repeats where Self.send(body, to: connection) {}
    }
  }

  var baseURL: String { "http://127.0.0.1:\(port)/v1" }

  /// Refuses connections from now on. The descriptor is closed by the thread that accepts, which
  /// would take what comes to the next listener of that number otherwise.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  @discardableResult
  static func send(_ bytes: [UInt8], to connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard sent > 0 else { return false }
      rest = rest.dropFirst(sent)
    }
    return true
  }

  /// Reads what the client still sends until it has closed.
  static func waitForTheEnd(of connection: Int32) {
    var rest = [UInt8](repeating: 0, count: 4096)
    while recv(connection, &rest, rest.count, 0) > 0 {}
  }

  /// Lets a while pass between two writes; false at once when the client has left.
  static func pace(_ connection: Int32, milliseconds: Int32) -> Bool {
    var state = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
    return poll(&state, 1, milliseconds) == 0
  }

  private func serve() {
    defer { close(listener) }
    while true {
      let connection = accept(listener, nil, nil)
      if connection < 0 {
        // A client that was gone before it was accepted, or a moment without descriptors, ends
        // nothing: only `stop` does.
        if [EINTR, ECONNABORTED, EMFILE, ENFILE].contains(errno) { continue }
        return
      }
      Thread { [answer, reads] in
        answer(reads ? Self.request(connection) : [], connection)
        shutdown(connection, Int32(SHUT_WR))
        Self.waitForTheEnd(of: connection)
        close(connection)
      }.start()
    }
  }

  /// Reads a request whose body has a Content-Length.
  private static func request(_ connection: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return bytes }
      bytes += buffer[0..<count]
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { continue }
      let length = text.lowercased().range(of: "content-length: ").flatMap {
        Int(text[$0.upperBound...].prefix { $0.isNumber })
      }
      if text[end.upperBound...].utf8.count >= length ?? 0 { return bytes }
    }
  }
}
