import Core
import Foundation
import Platform

/// Where the latest self-test of this user is kept: `$XDG_STATE_HOME/relaymark/selftest.json`
/// (XDG Base Directory Specification; `~/.local/state` where the variable is not set or, as the
/// specification has it, is no absolute path).
struct SelfTestFile {
  let path: String

  /// A kernel, a neighbour, a battery: what was true of a machine does not stay so.
  static let oldest: TimeInterval = 30 * 86_400
  /// A self-test is a few kilobytes.
  private static let mostBytes = 1 << 20

  /// Nil where the environment says nothing of a place.
  init?(environment: [String: String]) {
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      path = state + "/relaymark/selftest.json"
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      path = home + "/.local/state/relaymark/selftest.json"
    } else {
      return nil
    }
  }

  /// Appears whole or not at all, so that a run that reads it meanwhile gets the one before.
  func write(_ record: SelfTestRecord) throws {
    let directory = (path as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data(Self.json(record).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  static func json(_ record: SelfTestRecord) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(record) else { return "" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// Why a file was not used.
  struct Unusable: Error, Equatable {
    var reason: String
  }

  /// The self-test in it; nil if there is no such file.
  func read(version: String, now: Date) throws(Unusable) -> SelfTestRecord? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      // Nothing is nil, and not an error.
      data = try handle.read(upToCount: Self.mostBytes + 1) ?? Data()
    } catch {
      throw Unusable(reason: "it cannot be read (\(Reason.of(error)))")
    }
    guard data.count <= Self.mostBytes else { throw Unusable(reason: "it is too long") }
    struct Head: Decodable { var schema: String? }
    guard let head = try? JSONDecoder().decode(Head.self, from: data), let schema = head.schema
    else { throw Unusable(reason: "it is no self-test") }
    guard schema == SelfTestRecord.schemaID else {
      throw Unusable(reason: "another version of relaymark wrote it")
    }
    guard let record = try? JSONDecoder().decode(SelfTestRecord.self, from: data),
      let date = try? Date(record.startedAt, strategy: .iso8601),
      Self.isSound(record.figures)
    else { throw Unusable(reason: "it is damaged") }
    guard record.tool.version == version else {
      throw Unusable(reason: "relaymark \(record.tool.version) wrote it")
    }
    guard now.timeIntervalSince(date) < Self.oldest else {
      throw Unusable(reason: "it is more than 30 days old")
    }
    return record
  }

  private static func isSound(_ figures: SelfTestFigures) -> Bool {
    let levels = figures.levels
    let pairs = levels.flatMap { [$0.ttft, $0.gap] + $0.lateness.values } + figures.floor.values
    return !levels.isEmpty && zip(levels, levels.dropFirst()).allSatisfy { $0.streams < $1.streams }
      && pairs.allSatisfy { $0.p50 >= 0 && $0.p99 >= $0.p50 && $0.p99.isFinite }
  }

  /// Puts the latest self-test into the record of a run, or a remark of why it is of no use.
  static func refer(_ record: inout RunRecord) {
    guard let file = SelfTestFile(environment: ProcessInfo.processInfo.environment) else { return }
    do throws(Unusable) {
      guard let test = try file.read(version: Version.text, now: Date()) else { return }
      let reference = RunRecord.SelfTestReference(test, machine: record.machine)
      record.instrument.selftest = reference
      guard !reference.sameMachine else { return }
      record.instrument.remarks.append(
        "the self-test in \(file.path) is of another machine (\(test.machine.processor), "
          + "\(test.machine.cores) cores, \(test.machine.system)) and was not used: run relaymark "
          + "selftest here")
    } catch {
      record.instrument.remarks.append(
        "the self-test in \(file.path) was not used: \(error.reason); run relaymark selftest")
    }
  }
}
