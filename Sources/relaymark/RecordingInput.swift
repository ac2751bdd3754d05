import Core
import Foundation
import Wire

/// Recordings, HAR files and captures of curl that a user names.
enum RecordingInput {
  /// What is in it; what its reader should know goes to stderr.
  static func exchanges(
    _ path: String, gap: Nanoseconds
  ) throws(CommandError) -> [RecordedExchange] {
    let recording = try read(path, gap: gap)
    for note in recording.notes { Terminal.note("\(path): \(note)") }
    if recording.isCut {
      Terminal.note("\(path): the last line is cut in half and was left out")
    }
    if recording.lostLines > 0 {
      Terminal.note("\(path): \(recording.lostLines) lines were lost while it was recorded")
    }
    return RecordedExchanges.of(recording)
  }

  /// Between the events of a capture of curl, unless something else is asked for.
  static let standardGap = Nanoseconds.milliseconds(20)

  static func read(_ path: String, gap: Nanoseconds) throws(CommandError) -> Recording {
    let bytes: [UInt8]
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      bytes = [UInt8](try handle.read(upToCount: Limits.recordingBytes + 1) ?? Data())
    } catch {
      throw .usage("cannot read \(path): \(Reason.of(error))")
    }
    guard bytes.count <= Limits.recordingBytes else {
      throw .usage("\(path) is larger than \(Limits.recordingBytes >> 20) MiB")
    }
    do throws(RecordingError) {
      return try RecordingImport.read(bytes, gap: gap)
    } catch {
      throw .usage("\(path): \(error)")
    }
  }
}
