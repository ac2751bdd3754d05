/// The file that a conformance run leaves behind (`conformance.json`, schema in `reports/schema/`):
/// the only input of its reports. Times are integers in nanoseconds.
package struct ConformanceRecord: Hashable, Sendable, Codable {
  package static let schemaID = "relaymark.conformance/1"

  package var schema = ConformanceRecord.schemaID
  package var tool: RunRecord.Tool
  /// RFC 3339, UTC.
  package var startedAt: String
  package var durationNs: Nanoseconds
  /// False when it was interrupted or could not go on; `note` says why.
  package var complete: Bool
  package var note: String
  package var machine: RunRecord.Machine
  package var seed: UInt64
  package var target: Relay
  /// How often each stimulus that shows rare defects was played.
  package var repetitions: Int
  /// One for each check that was asked for, by id.
  package var verdicts: [ConformanceVerdict]

  package init(
    tool: RunRecord.Tool, startedAt: String, durationNs: Nanoseconds, complete: Bool, note: String,
    machine: RunRecord.Machine, seed: UInt64, target: Relay, repetitions: Int,
    verdicts: [ConformanceVerdict]
  ) {
    self.tool = tool
    self.startedAt = startedAt
    self.durationNs = durationNs
    self.complete = complete
    self.note = note
    self.machine = machine
    self.seed = seed
    self.target = target
    self.repetitions = repetitions
    self.verdicts = verdicts
  }

  /// What was under test.
  package struct Relay: Hashable, Sendable, Codable {
    package var name: String
    /// The base URL without user information and query; empty for the built-in relay.
    package var url: String
    package var topology: TargetRecord.Topology
    /// The wire formats that clients and provider spoke, by group where they differ.
    package var pairs: [DialectPair]
    /// Requests at the provider that carried no nonce, by "METHOD path".
    package var probes: [String: Int]

    package init(
      name: String, url: String, topology: TargetRecord.Topology, pairs: [DialectPair],
      probes: [String: Int] = [:]
    ) {
      self.name = name
      self.url = url
      self.topology = topology
      self.pairs = pairs
      self.probes = probes
    }
  }
}

/// What a relay was spoken to in, and what it speaks to the provider.
package struct DialectPair: Hashable, Sendable, Codable {
  package var face: String
  package var upstream: String

  package init(face: String, upstream: String) {
    self.face = face
    self.upstream = upstream
  }
}
