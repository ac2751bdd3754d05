package import Core
import Foundation
import Judging
import Wire

/// Makes a run record of what a run had written down before it was killed.
package enum JournalReader {
  /// Why a file is no journal.
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// Whether a file begins as a journal does.
  package static func isJournal(_ bytes: [UInt8]) -> Bool {
    let line = bytes.prefix(Limits.journalHeadBytes).prefix { $0 != UInt8(ascii: "\n") }
    return line.firstRange(of: Array("\"relaymark\":\"exchanges/".utf8)) != nil
  }

  /// The line that tells of an exchange, and what such a line tells; nil if it does not.
  package static func line(of exchange: Exchange) -> [UInt8] { JournalWriter.line(exchange) }
  package static func exchange(_ line: [UInt8]) -> Exchange? {
    decode(line[...])?.exchange?.exchange
  }

  /// The last line may be cut in half, and is left out then.
  package static func read(_ bytes: [UInt8]) throws(Failure) -> RunRecord {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    guard let run = lines.first.flatMap(decode)?.run else {
      throw Failure(description: "not a journal: its first line cannot be read")
    }
    guard run.relaymark == JournalLine.format else {
      throw Failure(
        description: "the journal is \"\(run.relaymark)\", and this version reads "
          + "\"\(JournalLine.format)\"")
    }
    var trials: [(trial: JournalLine.Trial, exchanges: [Exchange])] = []
    for (index, line) in lines.enumerated().dropFirst() {
      let read = decode(line)
      if let trial = read?.trial {
        trials.append((trial, []))
      } else if let exchange = read?.exchange?.exchange, !trials.isEmpty {
        trials[trials.count - 1].exchanges.append(exchange)
      } else if index < lines.count - 1 || bytes.last == UInt8(ascii: "\n") {
        throw Failure(description: "line \(index + 1) of the journal cannot be read")
      }
    }
    return try record(run, trials)
  }

  private static func decode(_ line: ArraySlice<UInt8>) -> JournalLine? {
    try? JSONDecoder().decode(JournalLine.self, from: Data(line))
  }

  private static func record(
    _ run: JournalLine.Run, _ trials: [(trial: JournalLine.Trial, exchanges: [Exchange])]
  ) throws(Failure) -> RunRecord {
    var targets: [TargetRecord] = []
    var lateness = Lateness()
    var fitness = Fitness()
    var last: Instant?
    var begin: Instant?
    for (trial, exchanges) in trials {
      guard let dialect = Dialects.named(trial.target.dialect) else {
        throw Failure(description: "the journal is of an unknown dialect \(trial.target.dialect)")
      }
      var judge = Judge(trial.target, dialect: dialect, scenario: nil)
      for exchange in exchanges {
        judge.add(
          Observation(
            exchange: exchange, provider: [], faults: [], dialect: dialect,
            streamWanted: trial.stream))
      }
      var late = Lateness()
      late.add(exchanges, [])
      lateness += late
      begin = begin ?? exchanges.map(\.started).min()
      last = exchanges.map(\.ended).max() ?? last
      let target = judge.finish()
      fitness.judge(
        late.conditions(
          title: trials.count > 1 ? target.scenario.name : "", figures: target.measures,
          readsOwn: false, use: .none))
      targets.append(target)
    }
    let count = trials.reduce(0) { $0 + $1.exchanges.count }
    var record = RunRecord(
      tool: run.tool, startedAt: run.startedAt,
      durationNs: begin.flatMap { begin in last.map { $0 - begin } } ?? .zero, complete: false,
      note: "partial: the run was killed; these are the \(count) exchanges that had finished, "
        + "without verdicts, floor and what only the provider knew",
      machine: run.machine, seed: run.seed,
      instrument: RunRecord.Instrument(
        floor: [:], lateness: lateness.measures, fit: fitness.isFit, remarks: fitness.reasons),
      targets: targets)
    record.shard = run.shard
    record.intendedStart = run.intendedStart
    return record
  }
}
