import Core
import Judging

/// `--policy=FILE`.
enum PolicyFile {
  /// Nil where none is given.
  static func read(_ arguments: Arguments) throws(CommandError) -> Policy? {
    guard let path = try arguments.value("policy") else { return nil }
    let bytes = try ScenarioFiles.bytes(path)
    do throws(ScenarioErrors) {
      return try PolicyReader.read(bytes, path: path, checks: Checks.all.map(\.id))
    } catch {
      throw .usage("\n\(error)")
    }
  }
}
