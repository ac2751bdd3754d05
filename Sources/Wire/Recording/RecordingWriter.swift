package import Core

/// Writes the lines of a recording (scenarios/README.md, "Recordings"), each a JSON object and LF.
package enum RecordingWriter {
  /// Name and version of the format, in the first line.
  package static let format = "recording/1"

  package static func header(tool: String, startedAt: String) -> [UInt8] {
    let members = [
      ("relaymark", format), ("tool", tool), ("clock", "CLOCK_MONOTONIC"), ("startedAt", startedAt),
    ]
    var line = JSONValue.object(
      members.map { .init(key: Array($0.0.utf8), value: .string(Array($0.1.utf8))) }
    ).serialized()
    line.append(.lf)
    return line
  }

  /// Says at its place that so many lines are missing.
  package static func lost(_ count: Int, at: Nanoseconds) -> [UInt8] {
    Array("{\"type\":\"lost\",\"at\":\(at.count),\"lines\":\(count)}\n".utf8)
  }

  package static func append(_ entry: RecordingEntry, to lines: inout [UInt8]) {
    var line = Line(of: entry.event.name, entry)
    switch entry.event {
    case .open(let client, let upstream, let layer):
      line.add("client", client)
      line.add("upstream", upstream)
      line.add("layer", layer.rawValue)
    case .read(let direction, let bytes):
      line.add("direction", direction.rawValue)
      line.add(bytes)
    case .request(let request, let number):
      line.add("number", number)
      line.add("method", request.method)
      line.add("target", request.target)
      line.add(request.headers)
      line.add(request.body)
    case .response(let status, let version, let headers):
      line.add("status", status)
      line.add("version", version)
      line.add(headers)
    case .end(let direction, let how):
      line.add("direction", direction.rawValue)
      line.add("how", how.text)
    case .fault(let fault):
      line.add("leg", fault.leg.rawValue)
      line.add("rule", fault.rule)
      line.add("kind", fault.kind)
      line.add("bytesBefore", fault.bytesBefore)
      line.add("eventsBefore", fault.eventsBefore)
    case .close: break
    }
    line.end(into: &lines)
  }

  /// One line in the making.
  private struct Line {
    private var text: [UInt8] = []

    init(of type: String, _ entry: RecordingEntry) {
      text.reserveCapacity(160)
      text += "{\"type\":\"\(type)\",\"connection\":\(entry.connection),\"at\":".utf8
      text += "\(entry.at.count)".utf8
    }

    mutating func add(_ name: String, _ value: Int) {
      key(name)
      text += "\(value)".utf8
    }

    mutating func add(_ name: String, _ value: String) {
      key(name)
      JSONValue.quote(Array(value.utf8).span, into: &text)
    }

    mutating func add(_ headers: [HeaderField]) {
      key("headers")
      text.append(UInt8(ascii: "["))
      for (index, field) in headers.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        text += "{\"name\":".utf8
        JSONValue.quote(Array(field.name.utf8).span, into: &text)
        text += ",\"value\":".utf8
        JSONValue.quote(Array(field.value.utf8).span, into: &text)
        text.append(UInt8(ascii: "}"))
      }
      text.append(UInt8(ascii: "]"))
    }

    /// Bytes as text where they are well-formed UTF-8, which most are and people can read.
    mutating func add(_ bytes: [UInt8]) {
      let span = bytes.span
      if UTF8Sequence.isWellFormed(span) {
        key("text")
        JSONValue.quote(span, into: &text)
      } else {
        key("base64")
        text.append(UInt8(ascii: "\""))
        Base64.encode(span, into: &text)
        text.append(UInt8(ascii: "\""))
      }
    }

    func end(into lines: inout [UInt8]) {
      lines += text
      lines += "}\n".utf8
    }

    private mutating func key(_ name: String) { text += ",\"\(name)\":".utf8 }
  }
}

extension RecordedEvent {
  /// What a line calls it.
  package var name: String {
    switch self {
    case .open: "open"
    case .read: "read"
    case .request: "request"
    case .response: "response"
    case .end: "end"
    case .fault: "fault"
    case .close: "close"
    }
  }
}
