import Core
import Platform

/// The server behind the proxy: accepts, and makes a link of its kind from each connection.
final class Origin: ReadinessTarget {
  private let loop: EventLoop
  private let listener: Int32
  private let serve: (Int32) throws(SystemError) -> Link
  private(set) var accepted = 0

  init(
    _ loop: EventLoop, at endpoint: Endpoint,
    serve: @escaping (Int32) throws(SystemError) -> Link
  ) throws(SystemError) {
    self.loop = loop
    self.serve = serve
    (listener, _) = try Socket.listen(endpoint)
    try loop.add(listener, .read, self)
  }

  func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    do throws(SystemError) {
      while let descriptor = try Socket.accept(listener) {
        accepted += 1
        _ = try serve(descriptor)
      }
    } catch {
      Failure.die("origin: \(error)")
    }
  }
}

/// What requests and answers look like: HTTP/1.1, so that every proxy can take part.
enum Message {
  static let request = Array("GET /bench HTTP/1.1\r\nHost: bench\r\n\r\n".utf8)
  static let eventsHead = Array(
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
  static let bulkHead = Array(
    "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000000000000\r\n\r\n"
      .utf8)

  /// An event of 106 bytes in a chunk of its own, with room for an instant of 19 digits.
  static let event: [UInt8] = {
    let text = #"data: {"id":"chatcmpl-7","choices":[{"delta":{"content":" token"}}],"at":"@"#
    let end = "\"}\n\n"
    let blank = String(repeating: "0", count: Stamp.digits)
    let fill = String(repeating: " ", count: 106 - text.utf8.count - Stamp.digits - end.utf8.count)
    return Array("6a\r\n\(text)\(blank)\(fill)\(end)\r\n".utf8)
  }()
}

/// An instant inside an event: `@` and 19 digits.
enum Stamp {
  static let digits = 19
  static let mark = UInt8(ascii: "@")

  static func write(_ instant: Instant, into bytes: inout [UInt8], at place: Int) {
    var rest = instant.nanoseconds
    for index in (place..<place + digits).reversed() {
      bytes[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }
}

/// Finds instants in bytes that come in pieces.
struct StampReader {
  private var missing = 0
  private var value: Int64 = 0

  mutating func read(_ bytes: UnsafeRawBufferPointer, _ found: (Instant) -> Void) {
    for byte in bytes {
      if missing > 0 {
        value = value * 10 + Int64(byte) - 48
        missing -= 1
        if missing == 0 { found(Instant(nanoseconds: value)) }
      } else if byte == Stamp.mark {
        missing = Stamp.digits
        value = 0
      }
    }
  }
}
