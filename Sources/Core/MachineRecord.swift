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
  /// The latest self-test there before its run: its own error; absent if there was none.
  package var selftest: RunRecord.SelfTestReference?
  /// One for each target of the record, in its order; fewer if the machine did not get there.
  package var shares: [Share]

  package init(
    shard: Shard, machine: RunRecord.Machine, startedAt: String, durationNs: Nanoseconds,
    complete: Bool, note: String, fit: Bool, remarks: [String], floor: [String: Measure],
    selftest: RunRecord.SelfTestReference? = nil, shares: [Share]
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
    self.selftest = selftest
    self.shares = shares
  }

  /// What it had of one target.
  package struct Share: Hashable, Sendable, Codable {
    package var exchanges: TargetRecord.ExchangeCounts
    /// Delays from the provider to the client, which need the one clock that both had there.
    package var measures: [String: Measure]
    /// The floor of that target there; absent if it had none, and in records of versions that had
    /// one for all targets of a machine.
    package var floor: [String: Measure]?

    package init(
      exchanges: TargetRecord.ExchangeCounts, measures: [String: Measure],
      floor: [String: Measure]? = nil
    ) {
      self.exchanges = exchanges
      self.measures = measures
      self.floor = floor
    }
  }
}

extension Measure {
  /// Whether a measure compares instants of the provider with instants of the client: `added.…`.
  package static func needsOneClock(_ name: String) -> Bool { name.hasPrefix("added.") }
}
