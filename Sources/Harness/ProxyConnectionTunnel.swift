import Core
import Platform
import Wire

extension ProxyConnection {
  private static let headEnd: [UInt8] = Array("\r\n\r\n".utf8)

  /// Takes bytes until the head of the CONNECT is there; what stands behind it belongs to the
  /// tunnel.
  func readConnect(_ bytes: UnsafeRawBufferPointer) {
    let from = max(0, head.count - Self.headEnd.count + 1)
    head.append(contentsOf: bytes)
    guard let end = head[from...].firstRange(of: Self.headEnd)?.upperBound else {
      if head.count > Limits.requestHeadBytes { refuse("431 Request Header Fields Too Large") }
      return
    }
    guard let endpoint = Self.target(of: head[..<end]) else { return refuse("400 Bad Request") }
    let rest = head[end...]
    rest.withUnsafeBytes { upstream.keep($0) }
    head = []
    connect(to: endpoint)
  }

  /// The authority of `CONNECT host:port HTTP/1.1`; nil for any other request.
  static func target(of head: ArraySlice<UInt8>) -> Endpoint? {
    let line = head.prefix { $0 != UInt8(ascii: "\r") }
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, words[0].elementsEqual("CONNECT".utf8),
      words[2].starts(with: "HTTP/1.".utf8)
    else { return nil }
    return Endpoint(String(decoding: words[1], as: UTF8.self))
  }

  func tunnelStands() { answer("200 Connection established", fields: "") }

  /// Answers instead of a tunnel, and closes.
  func refuse(_ status: String) {
    answer(status, fields: "Content-Length: 0\r\nConnection: close\r\n")
    end(.close)
  }

  private func answer(_ status: String, fields: String) {
    let bytes = Array("HTTP/1.1 \(status)\r\n\(fields)\r\n".utf8)
    bytes.withUnsafeBytes { client.send($0) }
  }

  func requestStarts(_ nonce: Nonce) { pipeline?.requestStarts(nonce: nonce) }

  func clientDecoded(events: Int, bytes: Int, nonce: Nonce, at instant: Instant) {
    guard state == .open else { return }
    perform(pipeline?.clientDecoded(events: events, bytes: bytes, nonce: nonce, at: instant))
    if state != .over { settle() }
  }
}
