import Wire

/// One answer of the control interface, in the shapes that Toxiproxy's clients know.
package struct ControlResponse: Hashable, Sendable {
  package var status: Int
  package var mediaType: String?
  package var body: [UInt8]
  /// Browsers must not guess another type for it.
  package var isError: Bool
  /// Whether the path belongs to the interface: those answers carry a request id.
  package var isRouted = true

  package init(status: Int, mediaType: String? = nil, body: [UInt8] = [], isError: Bool = false) {
    self.status = status
    self.mediaType = mediaType
    self.body = body
    self.isError = isError
  }

  static func json(_ status: Int, _ value: JSONValue) -> ControlResponse {
    ControlResponse(status: status, mediaType: "application/json", body: value.serialized())
  }

  static let empty = ControlResponse(status: 204)

  static func text(_ status: Int, _ text: String) -> ControlResponse {
    ControlResponse(
      status: status, mediaType: "text/plain; charset=utf-8", body: Array(text.utf8), isError: true)
  }

  static func unrouted(_ response: ControlResponse) -> ControlResponse {
    var response = response
    response.isRouted = false
    return response
  }

  /// The whole response; the connection goes on after it if `persists`.
  /// - Parameter id: 20 characters that name the request in logs.
  package func bytes(id: String, persists: Bool) -> [UInt8] {
    var head = "HTTP/1.1 \(status) \(Self.phrase(status))\r\nServer: relaymark\r\n"
    if let mediaType { head += "Content-Type: \(mediaType)\r\n" }
    if isError { head += "X-Content-Type-Options: nosniff\r\n" }
    if isRouted { head += "X-Toxiproxy-Request-Id: \(id)\r\n" }
    // RFC 9110 section 8.6: no length where there can be no body.
    if status != 204 { head += "Content-Length: \(body.count)\r\n" }
    if !persists { head += "Connection: close\r\n" }
    return Array((head + "\r\n").utf8) + body
  }

  private static func phrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 204: "No Content"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
  }
}

/// Why a request of the control interface is refused: what its client is told.
package struct ControlError: Error, Hashable, Sendable {
  package var status: Int
  package var message: String

  package init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  static let noProxy = ControlError(404, "proxy not found")
  static let noToxic = ControlError(404, "toxic not found")

  static func body(_ what: String) -> ControlError {
    ControlError(400, "bad request body: \(what)")
  }

  var value: JSONValue {
    .object([.init("error", .text(message)), .init("status", .integer(status))])
  }

  /// Toxiproxy says JSON and calls it text, with a line end behind it.
  var response: ControlResponse {
    var response = ControlResponse.text(status, "")
    response.body = value.serialized() + [0x0A]
    return response
  }
}

extension JSONValue {
  static func text(_ text: String) -> JSONValue { .string(Array(text.utf8)) }
  static func integer(_ number: Int) -> JSONValue { .number(String(number)) }
}

extension JSONValue.Member {
  init(_ key: String, _ value: JSONValue) { self.init(key: Array(key.utf8), value: value) }
}
