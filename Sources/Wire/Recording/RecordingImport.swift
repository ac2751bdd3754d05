package import Core

/// Reads what traffic may be kept in: our own recordings, HAR files and captures of
/// `curl --no-buffer -i`, told apart by their content.
package enum RecordingImport {
  /// - Parameter gap: between the events of a capture, which has no times.
  package static func read(_ bytes: [UInt8], gap: Nanoseconds) throws(RecordingError) -> Recording {
    if RecordingReader.recognises(bytes) { return try RecordingReader.read(bytes) }
    if CurlCapture.recognises(bytes) { return try CurlCapture.read(bytes, gap: gap) }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue.parse(withoutMark(bytes))
    } catch {
      throw RecordingError(
        "this is neither a recording (JSON Lines), nor a HAR file, nor what `curl --no-buffer -i` "
          + "prints; as JSON it breaks off at byte \(error.offset): \(error.message)")
    }
    guard document["log"]?["entries"]?.array != nil else {
      throw RecordingError(
        "this is JSON, but neither a recording ({\"relaymark\":\"recording/1\", …} in its first "
          + "line) nor a HAR file ({\"log\":{\"entries\":[…]}})")
    }
    return try HTTPArchive.read(document)
  }

  /// Browsers on Windows put a byte order mark before their HAR files.
  private static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
  }
}
