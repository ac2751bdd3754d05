import Core
import Foundation
import Wire

/// Targets that are known by name: files in `scenarios/targets/`, or a file of one's own.
enum TargetPresets {
  static let folder = "scenarios/targets"

  /// Nil if it is the name of none and no file.
  static func find(_ text: String) throws(CommandError) -> TargetPreset? {
    let isFile = text.hasSuffix(".json5")
    guard isFile || text.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else {
      return nil
    }
    let path = isFile ? text : "\(folder)/\(text).json5"
    guard isFile || FileManager.default.fileExists(atPath: path) else { return nil }
    let preset: TargetPreset
    do throws(ScenarioErrors) {
      preset = try TargetPreset.read(
        try bytes(path), path: path, dialects: Dialects.all.map(\.name))
    } catch {
      throw .usage("\n\(error)")
    }
    return preset
  }

  private static func bytes(_ path: String) throws(ScenarioErrors) -> [UInt8] {
    do throws(CommandError) {
      return try ScenarioFiles.bytes(path)
    } catch {
      throw ScenarioErrors(
        errors: [ScenarioError(path: path, position: .start, message: error.message)], omitted: 0)
    }
  }

  /// Those below this directory, sorted.
  static var all: [TargetPreset] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".json5") }.sorted().compactMap { name in
      try? find(String(name.dropLast(".json5".count)))
    }
  }

  /// The preset that `--target` names, by itself or as `NAME=PRESET`. Who has read it hands it on: URL,
  /// dialect and key are then those of one file, whatever becomes of it meanwhile.
  static func named(_ arguments: Arguments) throws(CommandError) -> TargetPreset? {
    guard let text = try arguments.value("target") else { return nil }
    return try find(TargetOptions.split(text).url)
  }
}
