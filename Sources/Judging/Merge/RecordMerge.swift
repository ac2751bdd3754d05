package import Core

/// Adds up the records of machines that shared a run.
///
/// Whatever counts is added, and measures are those of one run over all streams, since records keep
/// what they were made from. A verdict is the worst of any machine; `expect` lines are judged anew on
/// the sums. What compares instants of provider and client needs the one clock that both had on their
/// machine: it stays with each machine and is never put together. Their floors are, since no value of
/// them is of two machines, and stand with each machine too.
package enum RecordMerge {
  package struct Part: Sendable {
    /// Where the record is from, to be named in messages.
    package var file: String
    package var record: RunRecord

    package init(file: String, record: RunRecord) {
      self.file = file
      self.record = record
    }
  }

  /// Why records do not belong together: one reason a line, each with the files it is about.
  package struct Refusal: Error, Hashable, Sendable {
    package var reasons: [String]
  }

  /// - Returns: a record that is complete only if those of all machines are there and complete.
  package static func merge(_ parts: [Part]) throws(Refusal) -> RunRecord {
    let reasons = MergeCheck.reasons(parts)
    guard reasons.isEmpty else { throw Refusal(reasons: reasons) }
    let sorted = parts.sorted { index($0) < index($1) }
    let records = sorted.map(\.record)
    let first = records[0]
    let notes = notes(records)
    let most = records.map(\.targets.count).max() ?? 0
    var merged = RunRecord(
      tool: first.tool, startedAt: records.map(\.startedAt).min() ?? first.startedAt,
      durationNs: duration(records), complete: notes.isEmpty, note: notes.joined(separator: "; "),
      machine: first.machine, seed: first.seed, instrument: instrument(records),
      targets: (0..<most).map { position in
        TargetMerge.merge(
          records.compactMap { record in
            guard let shard = record.shard, position < record.targets.count else { return nil }
            return TargetMerge.Part(shard: shard, target: record.targets[position])
          }, of: records.count)
      })
    merged.intendedStart = first.intendedStart
    merged.machines = records.compactMap(machine)
    return merged
  }

  /// The machines whose records are not there, in words; empty if none is missing.
  package static func missing(_ records: [RunRecord]) -> [Int] {
    let there = Set(records.compactMap(\.shard?.index))
    return (1...(records.first?.shard?.count ?? 1)).filter { !there.contains($0) }
  }

  private static func index(_ part: Part) -> Int { part.record.shard?.index ?? 0 }

  private static func notes(_ records: [RunRecord]) -> [String] {
    var notes: [String] = []
    let missing = missing(records)
    if let shard = records[0].shard, !missing.isEmpty {
      let shown = missing.prefix(20).map(String.init).joined(separator: ", ")
      let more = missing.count > 20 ? " and \(missing.count - 20) more" : ""
      notes.append(
        "\(missing.count) of \(shard.count) shards \(missing.count == 1 ? "is" : "are") missing: "
          + shown + more)
    }
    for record in records where !record.complete {
      guard let shard = record.shard else { continue }
      notes.append("shard \(shard): \(record.note.isEmpty ? "not complete" : record.note)")
    }
    return notes
  }

  /// From the first begin to the last end; the calendar's clocks are good enough for that.
  private static func duration(_ records: [RunRecord]) -> Nanoseconds {
    let longest = records.map(\.durationNs).max() ?? .zero
    let spans = records.compactMap { record in
      (try? WallTime(literal: record.startedAt)).map { ($0, $0 + record.durationNs) }
    }
    guard spans.count == records.count, let begin = spans.map(\.0).min(),
      let end = spans.map(\.1).max()
    else { return longest }
    return max(longest, end - begin)
  }

  private static func instrument(_ records: [RunRecord]) -> RunRecord.Instrument {
    RunRecord.Instrument(
      floor: MeasureMerge.floors(records.map(\.instrument.floor)) ?? [:],
      lateness: MeasureMerge.merge(records.map(\.instrument.lateness)),
      fit: records.allSatisfy(\.instrument.fit),
      remarks: records.flatMap { record in
        record.instrument.remarks.map { remark in
          record.shard.map { "shard \($0): \(remark)" } ?? remark
        }
      } + untested(records))
  }

  /// Names the machines of whose own error nothing is known.
  private static func untested(_ records: [RunRecord]) -> [String] {
    let shards = records.filter { $0.instrument.selftest?.sameMachine != true }.compactMap(\.shard)
    guard !shards.isEmpty else { return [] }
    let shown = shards.prefix(20).map(\.description).joined(separator: ", ")
    let more = shards.count > 20 ? " and \(shards.count - 20) more" : ""
    let bars =
      shards.count == records.count
      ? "there are no error bars"
      : "error bars are of the other machines, and may be larger (≥)"
    return [
      "no self-test was made on the machine of shard \(shown)\(more) before the run: its error is"
        + " not known, and \(bars); run relaymark selftest on each machine"
    ]
  }

  private static func machine(_ record: RunRecord) -> MachineRecord? {
    guard let shard = record.shard else { return nil }
    return MachineRecord(
      shard: shard, machine: record.machine, startedAt: record.startedAt,
      durationNs: record.durationNs, complete: record.complete, note: record.note,
      fit: record.instrument.fit, remarks: record.instrument.remarks,
      floor: record.instrument.floor, selftest: record.instrument.selftest,
      shares: record.targets.map { target in
        MachineRecord.Share(
          exchanges: target.exchanges,
          measures: target.measures.filter { Measure.needsOneClock($0.key) },
          floor: target.floor)
      })
  }
}
