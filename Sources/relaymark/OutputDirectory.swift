import Core
import Foundation
import Judging
import Reporting

/// Where results go: checked before a run, so that nothing measured is lost for want of a place.
struct OutputDirectory {
  let path: String

  /// What all other reports come from.
  private static let record = "run.json"

  /// - Throws: a usage error if nothing can be written there.
  init(_ path: String) throws(CommandError) {
    self.path = path
    let probe = path + "/.relaymark-probe"
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data("relaymark".utf8).write(to: URL(fileURLWithPath: probe))
      try FileManager.default.removeItem(atPath: probe)
    } catch {
      throw CommandError(
        code: .usage,
        message:
          "cannot write to --out=\(path): \(Self.reason(error, path)); name a directory that can be "
          + "written to")
    }
  }

  /// Where finished exchanges are written down while a run goes on.
  var journal: String { path + "/exchanges.jsonl" }

  /// Makes place for a journal; one that a killed run has left is kept under another name.
  func freeJournal() {
    guard FileManager.default.fileExists(atPath: journal) else { return }
    var number = 1
    while FileManager.default.fileExists(atPath: "\(path)/exchanges-\(number).jsonl") {
      number += 1
    }
    let kept = "\(path)/exchanges-\(number).jsonl"
    guard rename(journal, kept) == 0 else { return }
    Terminal.note("what a run before had finished when it was killed is now in \(kept)")
  }

  /// The run has its record: the journal has served.
  func removeJournal() { unlink(journal) }

  /// Writes every report that has a file name, run.json first since all others come from it.
  ///
  /// - Parameter json: the record as a file said it, which stays as it is.
  /// - Returns: the directory that took them: a temporary one when this one no longer does.
  /// - Throws: if neither could be written; the record is then printed on standard output.
  func write(_ record: RunRecord, json: Data? = nil) throws(CommandError) -> String {
    var files: [(name: String, data: Data)] = []
    for renderer in Renderers.all {
      guard let name = renderer.fileName else { continue }
      let kept = name == Self.record ? json : nil
      files.append((name, kept ?? Data(renderer.render(record).utf8)))
    }
    files.sort { left, _ in left.name == Self.record }
    return try write(files)
  }

  /// The same of a comparison.
  func write(_ record: ComparisonRecord, json: Data? = nil) throws(CommandError) -> String {
    try write([
      ("compare.json", json ?? Data(ComparisonPages.json(record).utf8)),
      ("compare.md", Data(ComparisonPages.markdown(record).utf8)),
      ("compare.html", Data(ComparisonPages.html(record).utf8)),
    ])
  }

  /// The same of the conformance of one relay, or of several on one page.
  func write(_ records: [ConformanceRecord], json: Data? = nil) throws(CommandError) -> String {
    var files = [
      ("conformance.md", Data(ConformancePages.markdown(records).utf8)),
      ("conformance.html", Data(ConformancePages.html(records).utf8)),
    ]
    if let record = records.first, records.count == 1 {
      let json = json ?? Data(ConformanceJSON.render(record).utf8)
      let gate = ConformanceGate.judge(record, policy: Policy())
      let junit = JUnitExporter().export(Export(gate))
      files.insert(("conformance.json", json), at: 0)
      files.append(("conformance.xml", Data(junit.utf8)))
    }
    return try write(files)
  }

  /// The same of money beside milliseconds.
  func write(_ record: MarkupRecord) throws(CommandError) -> String {
    try write([
      ("markup.json", Data(MarkupPages.json(record).utf8)),
      ("markup.md", Data(MarkupPages.markdown(record).utf8)),
      ("markup.html", Data(MarkupPages.html(record).utf8)),
    ])
  }

  /// - Parameter files: the record first.
  private func write(_ files: [(name: String, data: Data)]) throws(CommandError) -> String {
    let failure: String
    do {
      try Self.put(files, into: path)
      return path
    } catch {
      failure = Reason.of(error)
    }
    let refuge = FileManager.default.temporaryDirectory.path + "/relaymark-\(getpid())"
    Terminal.note("relaymark: cannot write to \(path): \(failure); trying \(refuge)")
    do {
      try FileManager.default.createDirectory(atPath: refuge, withIntermediateDirectories: true)
      try Self.put(files, into: refuge)
      return refuge
    } catch {
      try? FileManager.default.removeItem(atPath: refuge)
      if let record = files.first { Terminal.out(String(decoding: record.data, as: UTF8.self)) }
      throw CommandError(
        code: .incomplete,
        message:
          "no report could be written (\(path): \(failure); \(refuge): \(Reason.of(error))); "
          + "the record was printed on standard output")
    }
  }

  /// Foundation keeps the reason of a directory that cannot be made to itself; the system tells.
  private static func reason(_ error: any Error, _ path: String) -> String {
    guard mkdir(path, 0o777) != 0, errno != EEXIST else { return Reason.of(error) }
    return String(cString: strerror(errno))
  }

  /// Each file appears whole or not at all.
  private static func put(_ files: [(name: String, data: Data)], into directory: String) throws {
    for (name, data) in files {
      try data.write(to: URL(fileURLWithPath: directory + "/" + name), options: .atomic)
    }
  }
}
