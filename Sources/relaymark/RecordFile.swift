import Core
import Foundation
import Harness
import Reporting

/// A run record in a file, or what a run that was killed had written down.
enum RecordFile {
  /// - Throws: a usage error that names the file.
  static func read(_ path: String) throws(CommandError) -> RunRecord {
    try record(in: try data(path), from: path).record
  }

  /// - Throws: a usage error that names the file.
  static func data(_ path: String) throws(CommandError) -> Data {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw .usage("cannot read \(path): No such file or directory")
    }
    guard !isDirectory.boolValue else {
      throw .usage("\(path) is a directory: name the record in it, such as run.json")
    }
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .usage("cannot read \(path): \(Reason.of(error))")
    }
  }

  /// The record, and the bytes of `run.json` that say it: nil where a journal says it otherwise.
  ///
  /// - Throws: a usage error that names the file.
  static func record(
    in data: Data, from path: String
  ) throws(CommandError) -> (record: RunRecord, json: Data?) {
    do {
      let bytes = [UInt8](data)
      if JournalReader.isJournal(bytes) { return (try JournalReader.read(bytes), nil) }
      return (try RunRecordReader().read(bytes), data)
    } catch {
      throw .usage("\(path): \(error)")
    }
  }

  /// The record in a directory that a run wrote to, or its journal if the run was killed.
  static func locate(_ path: String) -> String {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
      isDirectory.boolValue
    else { return path }
    let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
    let journal = "\(folder)/exchanges.jsonl"
    let record = "\(folder)/run.json"
    return FileManager.default.fileExists(atPath: journal)
      && !FileManager.default.fileExists(atPath: record) ? journal : record
  }
}
