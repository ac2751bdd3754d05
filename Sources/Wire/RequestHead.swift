import Core

/// A request's head, and how long the body after it is (RFC 9112 sections 3, 5 and 6).
struct RequestHead {
  enum Length { case bytes(Int), chunked }

  var request: HTTPRequest
  var length: Length
  var expectsContinue: Bool

  /// Parses a head that ends in an empty line and whose lines all end in CR LF.
  static func parse(_ head: [UInt8], mostBody: Int = Limits.requestBodyBytes)
    throws(HTTPRequestParser.Failure)
    -> RequestHead
  {
    let bytes = head.span
    var position = 0
    var request = try requestLine(bytes.extracting(line(bytes, at: &position)))
    request.head = head
    while true {
      let range = line(bytes, at: &position)
      if range.isEmpty { break }
      request.headers.append(try field(bytes.extracting(range)))
    }
    try checkHost(request)
    let expectation = request.header("expect")?.lowercased()
    return RequestHead(
      request: request, length: try length(of: request, mostBody: mostBody),
      expectsContinue: expectation == "100-continue" && request.minorVersion > 0)
  }

  /// The range of the next line, without its CR LF.
  private static func line(_ bytes: Span<UInt8>, at position: inout Int) -> Range<Int> {
    let start = position
    while position < bytes.count, bytes[position] != .cr { position += 1 }
    defer { position = min(position + 2, bytes.count) }
    return start..<position
  }

  private static func requestLine(
    _ line: Span<UInt8>
  ) throws(HTTPRequestParser.Failure) -> HTTPRequest {
    guard let first = line.firstIndex(of: .space),
      let length = line.extracting((first + 1)..<line.count).firstIndex(of: .space)
    else { throw .malformed("the request line is not method, target and version") }
    let second = first + 1 + length
    let version = line.extracting((second + 1)..<line.count)
    guard first > 0, length > 0, allSatisfy(line.extracting(0..<first), \.isTokenCharacter),
      allSatisfy(line.extracting((first + 1)..<second), { $0 > 0x20 && $0 < 0x7F }),
      version.count == 8, version.extracting(0..<5).equals("HTTP/"), version[5].isDigit,
      version[6] == UInt8(ascii: "."), version[7].isDigit
    else { throw .malformed("the request line is not method, target and version") }
    guard version[5] == UInt8(ascii: "1") else { throw .unknownVersion(version.text) }
    return HTTPRequest(
      method: line.extracting(0..<first).text, target: line.extracting((first + 1)..<second).text,
      minorVersion: version[7] == UInt8(ascii: "0") ? 0 : 1, headers: [], head: [], body: [])
  }

  private static func field(
    _ line: Span<UInt8>
  ) throws(HTTPRequestParser.Failure) -> HeaderField {
    if line[0].isBlank { throw .malformed("a header field is folded over two lines") }
    guard let colon = line.firstIndex(of: .colon), colon > 0,
      allSatisfy(line.extracting(0..<colon), \.isTokenCharacter)
    else { throw .malformed("a header line is not name, colon and value") }
    let value = line.extracting(line.trimmed((colon + 1)..<line.count))
    return HeaderField(name: line.extracting(0..<colon).text, value: value.text)
  }

  /// RFC 9112 section 3.2: one Host in HTTP/1.1, at most one in HTTP/1.0.
  private static func checkHost(_ request: HTTPRequest) throws(HTTPRequestParser.Failure) {
    let hosts = values("host", of: request)
    if hosts.count > 1 { throw .malformed("more than one Host") }
    guard let host = hosts.first else {
      if request.minorVersion == 0 { return }
      throw .malformed("no Host")
    }
    let forbidden = Array(" \t,/?#@\\".utf8)
    if host.utf8.contains(where: forbidden.contains) { throw .malformed("Host is not a host") }
  }

  /// RFC 9112 section 6.3, refusing everything that a proxy before us may have read differently.
  private static func length(
    of request: HTTPRequest, mostBody: Int
  ) throws(HTTPRequestParser.Failure) -> Length {
    let lengths = values("content-length", of: request)
    let codings = values("transfer-encoding", of: request)
    if !codings.isEmpty {
      if !lengths.isEmpty {
        throw .malformed("both Content-Length and Transfer-Encoding")
      }
      if request.minorVersion == 0 { throw .malformed("Transfer-Encoding in HTTP/1.0") }
      try checkCodings(codings)
      return .chunked
    }
    guard let text = lengths.first else { return .bytes(0) }
    if lengths.count > 1 { throw .malformed("more than one Content-Length") }
    guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit) else {
      throw .malformed("Content-Length is not a number")
    }
    guard let count = Int(text), count <= mostBody else {
      throw .bodyTooLarge(mostBody)
    }
    return .bytes(count)
  }

  /// Only `chunked` alone is implemented; without it in last place the body has no end.
  private static func checkCodings(_ values: [String]) throws(HTTPRequestParser.Failure) {
    let chunked = Array("chunked".utf8)
    let names = values.flatMap { value in
      value.utf8.split(separator: UInt8(ascii: ",")).map { name in
        let bytes = Array(name)
        return bytes[bytes.span.trimmed(bytes.indices)].map(\.lowered)
      }
    }.filter { !$0.isEmpty }
    if names == [chunked] { return }
    if let other = names.first(where: { $0 != chunked }),
      names.last == chunked || !names.contains(chunked)
    {
      throw .unknownTransferCoding(String(decoding: other, as: UTF8.self))
    }
    throw .malformed("chunked is not the last transfer coding, once")
  }

  private static func values(_ name: String, of request: HTTPRequest) -> [String] {
    request.headers.filter { $0.name.lowercased() == name }.map(\.value)
  }

  private static func allSatisfy(_ bytes: Span<UInt8>, _ condition: (UInt8) -> Bool) -> Bool {
    for index in 0..<bytes.count where !condition(bytes[index]) { return false }
    return true
  }
}
