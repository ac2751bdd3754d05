import Foundation
import Harness
import Platform

/// `--record=FILE`, wherever something can be recorded.
enum RecordingOption {
  static let option = Option(
    name: "record", value: "FILE",
    help: "record every read with its time and bytes, secrets masked (JSON Lines)")

  /// To be called after signals are seen to: the thread that writes must not take them.
  ///
  /// - Parameter keys: what must not be in the file, besides what any head carries.
  /// - Throws: a usage error if nothing can be recorded there, before anything has begun.
  static func open(_ arguments: Arguments, keys: [String]) throws(CommandError) -> RecordingFile? {
    guard let path = try arguments.value("record") else { return nil }
    do throws(SystemError) {
      return try RecordingFile(path: path, tool: Version.text, keys: keys) {
        Terminal.note("relaymark: \(path): \($0)")
      }
    } catch {
      if error.isFileExists {
        throw .usage(
          "--record=\(path): there is something in this file already, and a recording is never "
            + "overwritten; give another name")
      }
      throw .usage("--record=\(path): \(error.reason)")
    }
  }

  /// Writes what is left, and says where it is and what is missing.
  static func close(_ file: RecordingFile?, _ arguments: Arguments) {
    guard let file, let path = arguments.all("record").first else { return }
    let lost = file.close()
    Terminal.note("recorded in \(path)" + (lost > 0 ? "; \(lost) lines are missing" : ""))
  }
}

/// Files that a command writes line by line.
enum OutputFile {
  /// Takes a file away again that was made for something which then did not begin.
  static func discard(_ path: String?) {
    guard let path else { return }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else { return }
    try? FileManager.default.removeItem(atPath: path)
  }
}
