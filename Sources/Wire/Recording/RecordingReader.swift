package import Core

/// Why a file is not a recording.
package struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1; nil where the file as a whole is meant.
  package var line: Int?
  package var message: String

  package init(line: Int? = nil, _ message: String) {
    self.line = line
    self.message = message
  }

  package var description: String { line.map { "line \($0): \(message)" } ?? message }
}

/// Reads the lines of a recording. A last line without its end is taken if it is whole and left out
/// if it is not; anything else that does not read is an error.
package enum RecordingReader {
  /// Whether the first line is that of a recording, of any version.
  package static func recognises(_ bytes: [UInt8]) -> Bool {
    let line = bytes.prefix { $0 != .lf }
    return (try? JSONValue.parse(line))?["relaymark"] != nil
  }

  package static func read(_ bytes: [UInt8]) throws(RecordingError) -> Recording {
    var lines = bytes.split(separator: .lf, omittingEmptySubsequences: false)
    let tail = lines.removeLast()
    var recording = try header(lines.first ?? tail)
    for (index, line) in lines.enumerated().dropFirst() {
      try take(line, number: index + 1, into: &recording)
    }
    guard !tail.isEmpty, !lines.isEmpty else { return recording }
    guard (try? JSONValue.parse(tail)) != nil else {
      recording.isCut = true
      return recording
    }
    try take(tail, number: lines.count + 1, into: &recording)
    return recording
  }

  private static func header(_ line: ArraySlice<UInt8>) throws(RecordingError) -> Recording {
    guard let value = try? JSONValue.parse(line), let format = value["relaymark"]?.string else {
      throw RecordingError(
        line: 1, "this is not the first line of a recording: {\"relaymark\":\"recording/1\", …}")
    }
    guard format == RecordingWriter.format else {
      throw RecordingError(
        line: 1,
        "this is a \(format), and this relaymark reads \(RecordingWriter.format) only; it was "
          + "written by relaymark \(value["tool"]?.string ?? "of an unknown version")")
    }
    return Recording(
      tool: value["tool"]?.string ?? "", startedAt: value["startedAt"]?.string ?? "")
  }

  private static func take(
    _ line: ArraySlice<UInt8>, number: Int, into recording: inout Recording
  ) throws(RecordingError) {
    let value: JSONValue
    do throws(JSONError) {
      value = try JSONValue.parse(line)
    } catch {
      throw RecordingError(line: number, "\(error.message) (byte \(error.offset) of the line)")
    }
    let fields = RecordingFields(value: value, line: number)
    if try fields.text("type") == "lost" {
      recording.lostLines += try fields.number("lines")
    } else {
      recording.entries.append(
        RecordingEntry(
          connection: try fields.number("connection"),
          at: Nanoseconds(Int64(try fields.number("at"))), event: try fields.event()))
    }
  }
}

/// The members of one line, each of the kind it must be.
private struct RecordingFields {
  let value: JSONValue
  let line: Int

  func event() throws(RecordingError) -> RecordedEvent {
    let type = try text("type")
    switch type {
    case "open":
      return .open(
        client: try text("client"), upstream: try text("upstream"),
        layer: try word("layer", RecordedLayer.init))
    case "read": return .read(try word("direction", FaultDirection.init), try bytes())
    case "request":
      let request = RecordedRequest(
        method: try text("method"), target: try text("target"), headers: try headers(),
        body: try bytes())
      return .request(request, number: try number("number"))
    case "response":
      return .response(
        status: try number("status"), version: try text("version"), headers: try headers())
    case "end":
      return .end(try word("direction", FaultDirection.init), try word("how", RecordedEnd.init))
    case "fault":
      return .fault(
        RecordedFault(
          leg: try word("leg", Leg.init), rule: try text("rule"), kind: try text("kind"),
          bytesBefore: try number("bytesBefore"), eventsBefore: try number("eventsBefore")))
    case "close": return .close
    default: throw RecordingError(line: line, "there is no line of type \"\(type)\"")
    }
  }

  func text(_ name: String) throws(RecordingError) -> String {
    guard let text = value[name]?.string else { throw missing(name, "a text") }
    return text
  }

  /// Never negative: nothing is counted below zero.
  func number(_ name: String) throws(RecordingError) -> Int {
    guard let number = value[name]?.int, number >= 0 else { throw missing(name, "a count") }
    return number
  }

  private func word<Word>(
    _ name: String, _ make: (String) -> Word?
  ) throws(RecordingError) -> Word {
    let text = try text(name)
    guard let word = make(text) else {
      throw RecordingError(line: line, "\"\(name)\" cannot be \"\(text)\"")
    }
    return word
  }

  private func headers() throws(RecordingError) -> [HeaderField] {
    guard let list = value["headers"]?.array else { throw missing("headers", "a list") }
    var fields: [HeaderField] = []
    for item in list {
      guard let name = item["name"]?.string, let text = item["value"]?.string else {
        throw missing("headers", "a list of {name, value}")
      }
      fields.append(HeaderField(name: name, value: text))
    }
    return fields
  }

  private func bytes() throws(RecordingError) -> [UInt8] {
    if let text = value["text"]?.bytes { return text }
    guard let text = value["base64"]?.bytes else { throw missing("text", "a text (or \"base64\")") }
    guard let bytes = Base64.decode(text) else {
      throw RecordingError(line: line, "\"base64\" is not base64")
    }
    return bytes
  }

  private func missing(_ name: String, _ kind: String) -> RecordingError {
    RecordingError(line: line, "\"\(name)\" is missing or is not \(kind)")
  }
}
