import Core

/// How the end of a response body is told (RFC 9112 section 6.3).
package enum BodyFraming: Hashable, Sendable {
  case chunked
  case length(Int)
  /// By the close of the connection, the only way a HTTP/1.0 client knows for a stream.
  case untilClose
}

/// Writes the head of a response.
struct AnswerHead {
  var status: Int
  var mediaType: String
  /// Names the answer, as `x-request-id`.
  var id: String?
  var framing: BodyFraming
  /// Whether the connection goes on, and whether the client is HTTP/1.0 and must be told so.
  var persists: Bool
  var isOldClient: Bool
  var isStream = false
  var extra: [HeaderField] = []

  /// The head up to and including its blank line. The version is our own (RFC 9112 section 2.3),
  /// also towards HTTP/1.0 clients.
  var bytes: [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(256)
    out.put("HTTP/1.1 ")
    out.put(status)
    out.put(" \(Self.reason(status))\r\n")
    put("Content-Type", mediaType, &out)
    if isStream { put("Cache-Control", "no-cache", &out) }
    if let id { put("x-request-id", id, &out) }
    for field in extra { put(field.name, field.value, &out) }
    switch framing {
    case .chunked: put("Transfer-Encoding", "chunked", &out)
    case .length(let count): put("Content-Length", String(count), &out)
    case .untilClose: break
    }
    if !persists {
      put("Connection", "close", &out)
    } else if isOldClient {
      put("Connection", "keep-alive", &out)
    }
    out.put("\r\n")
    return out
  }

  private func put(_ name: String, _ value: String, _ out: inout [UInt8]) {
    out.put(name)
    out.put(": ")
    out.put(value)
    out.put("\r\n")
  }

  /// RFC 9110 section 15; the phrase may be empty.
  static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
  }
}
