import Core
import Foundation
import Wire

/// Scenario files by path or by the name they have under `scenarios/`.
enum ScenarioFiles {
  /// - Throws: a usage error with every error of every file.
  static func read(_ names: [String]) throws(CommandError) -> [Scenario] {
    var scenarios: [Scenario] = []
    var problems: [String] = []
    for name in names {
      let path = try locate(name)
      switch read(try bytes(path), path: path) {
      case .success(let scenario): scenarios.append(scenario)
      case .failure(let errors): problems.append("\(errors)")
      }
    }
    guard problems.isEmpty else { throw .usage("\n" + problems.joined(separator: "\n")) }
    return scenarios
  }

  /// The quickstart scenario, which is part of the program.
  static func quickstart() throws(CommandError) -> Scenario {
    switch read(PackageResources.quickstart_json5, path: "quickstart.json5") {
    case .success(let scenario): return scenario
    case .failure(let errors): throw .usage("\(errors)")
    }
  }

  static func read(_ bytes: [UInt8], path: String) -> Result<Scenario, ScenarioErrors> {
    do throws(ScenarioErrors) {
      return .success(
        try ScenarioReader.read(
          bytes, path: path, dialects: Dialects.all.map(\.name), faults: Faults.specs,
          problem: Faults.problem, stepProblem: Dialects.problem,
          eventProblem: Dialects.problemWithEvents,
          files: samples(in: URL(fileURLWithPath: path).deletingLastPathComponent()),
          recordings: recordings(besides: path)))
    } catch {
      return .failure(error)
    }
  }

  /// Reads the sample files that are named in a file there, or on the command line.
  static func samples(in folder: URL) -> SampleFiles {
    { (name) throws(SampleFileError) in
      do throws(CommandError) {
        return try bytes(
          URL(fileURLWithPath: name, relativeTo: folder).path, atMost: Limits.traceBytes)
      } catch {
        throw SampleFileError(error.message)
      }
    }
  }

  /// Reads the recordings that a file names, from where that file is.
  private static func recordings(besides path: String) -> RecordedScripts {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    return { (name, answer, dialect) throws(SampleFileError) in
      let file = URL(fileURLWithPath: name, relativeTo: folder).path
      guard let dialect = Dialects.named(dialect) else {
        throw SampleFileError("there is no dialect \(dialect)")
      }
      do {
        return try RecordedScript.of(
          RecordedExchanges.of(try RecordingInput.read(file, gap: RecordingInput.standardGap)),
          answer: answer, dialect: dialect)
      } catch let error as RecordingError {
        throw SampleFileError("\(name): \(error)")
      } catch {
        throw SampleFileError((error as? CommandError)?.message ?? "\(error)")
      }
    }
  }

  static func locate(_ name: String) throws(CommandError) -> String {
    for candidate in [name, "scenarios/\(name).json5", "scenarios/\(name)"] {
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory),
        !isDirectory.boolValue
      {
        return candidate
      }
    }
    throw .usage(
      "no scenario file \(name) (also looked for scenarios/\(name).json5); "
        + "relaymark list scenarios shows those below this directory")
  }

  static func bytes(
    _ path: String, atMost limit: Int = Limits.scenarioBytes
  ) throws(CommandError) -> [UInt8] {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      return [UInt8](try handle.read(upToCount: limit + 1) ?? Data())
    } catch {
      throw .usage("cannot read \(path): \(Reason.of(error))")
    }
  }
}

/// The system's own words for a Foundation error, which are the ones that help.
enum Reason {
  static func of(_ error: any Error) -> String {
    var next: NSError? = error as NSError
    while let current = next {
      if current.domain == NSPOSIXErrorDomain {
        return String(cString: strerror(Int32(current.code)))
      }
      next = current.userInfo[NSUnderlyingErrorKey] as? NSError
    }
    return error.localizedDescription
  }
}
