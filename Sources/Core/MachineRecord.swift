/// One of the machines whose records were added up: what is said of each by itself.
package struct MachineRecord: Hashable, Sendable, Codable {
  package var shard: Shard
  package var machine: RunRecord.Machine
  /// RFC 3339, UTC.
  package var startedAt: String
  package var durationNs: Nanoseconds
  package var complete: Bool
  package var note: String
  package var fit: Bool
  package var remarks: [String]
  /// The measures of a run without any relay on that machine.
  package var floor: [String: Measure]
  /// One for each target of the record, in its order; fewer if the machine did not get there.
  package var shares: [Share]

  package init(
    shard: Shard, machine: RunRecord.Machine, startedAt: String, durationNs: Nanoseconds,
    complete: Bool, note: String, fit: Bool, remarks: [String], floor: [String: Measure],
    shares: [Share]
  ) {
    self.shard = shard
    self.machine = machine
    self.startedAt = startedAt
    self.durationNs = durationNs
    self.complete = complete
    self.note = note
    self.fit = fit
    self.remarks = remarks
    self.floor = floor
    self.shares = shares
  }

  /// What it had of one target.
  package struct Share: Hashable, Sendable, Codable {
    package var exchanges: TargetRecord.ExchangeCounts
    /// Delays from the provider to the client, which need the one clock that both had there.
    package var measures: [String: Measure]

    package init(exchanges: TargetRecord.ExchangeCounts, measures: [String: Measure]) {
      self.exchanges = exchanges
      self.measures = measures
    }
  }
}

extension Measure {
  /// Whether a measure compares instants of the provider with instants of the client: `added.…`.
  package static func needsOneClock(_ name: String) -> Bool { name.hasPrefix("added.") }
}
