package import Core

/// Reads what traffic may be kept in: our own recordings, HAR files and captures of
/// `curl --no-buffer -i`, told apart by their content.
package enum RecordingImport {
  /// - Parameter gap: between the events of a capture, which has no times.
  package static func read(_ bytes: [UInt8], gap: Nanoseconds) throws(RecordingError) -> Recording {
    let content = withoutMark(bytes)
    if let reason = reason(against: content) { throw RecordingError(reason) }
    if RecordingReader.recognises(content) { return try RecordingReader.read(content) }
    if CurlCapture.recognises(content) { return try CurlCapture.read(content, gap: gap) }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue.parse(content)
    } catch {
      let place = "at byte \(error.offset): \(error.message)"
      throw RecordingError(
        content.first == UInt8(ascii: "{")
          ? "this begins as JSON does and breaks off \(place); was a HAR file cut in half?"
          : "\(nothingKnown); as JSON it breaks off \(place)")
    }
    guard document["log"]?["entries"]?.array != nil else {
      throw RecordingError(
        "this is JSON, but neither a recording ({\"relaymark\":\"recording/1\", …} in its first "
          + "line) nor a HAR file ({\"log\":{\"entries\":[…]}})")
    }
    return try HTTPArchive.read(document)
  }

  private static let nothingKnown =
    "this is neither a recording (JSON Lines), nor a HAR file, nor what `curl --no-buffer -i` prints"

  /// What is known to come by mistake, and what to do about it.
  private static func reason(against bytes: [UInt8]) -> String? {
    if bytes.isEmpty { return "the file is empty" }
    if bytes.starts(with: [0x1F, 0x8B]) {
      return "this is compressed with gzip; gunzip it first"
    }
    let isBody = ["data:", "event:", "id:", "retry:", ": "].contains { bytes.starts(with: $0.utf8) }
    guard isBody else { return nil }
    return "this is the body of an event stream without its head; curl prints both with "
      + "`curl --no-buffer -i`"
  }

  /// Programs on Windows put a byte order mark before their files.
  private static func withoutMark(_ bytes: [UInt8]) -> [UInt8] {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes[3...]) : bytes
  }
}
