/// What a search for the rate that a target takes has shown, rate by rate.
package struct SweepRecord: Hashable, Sendable, Codable {
  /// In the words of the command line.
  package var objectives: [String]
  /// In the order in which they were measured.
  package var stages: [Stage]
  /// Requests per second; absent if no rate held, or none broke.
  package var highestHeld: Double?
  package var lowestBroke: Double?
  /// What came out, and whether it says something of the target or of this machine.
  package var result: String

  package init(objectives: [String]) {
    self.objectives = objectives
    stages = []
    result = ""
  }

  /// One rate.
  package struct Stage: Hashable, Sendable, Codable {
    /// Requests per second: asked for, and sent.
    package var rate: Double
    package var sentPerSecond: Double
    package var donePerSecond: Double
    /// Measured streams, and those that failed.
    package var streams: Int
    package var errors: Int
    /// Absent if no stream brought output.
    package var ttft: Quantiles?
    /// How late requests were sent.
    package var lateness: Quantiles?
    package var held: Bool
    /// The objectives that did not hold, with what was seen.
    package var missed: [String]
    /// Why this machine may have been the limit; absent if it was not.
    package var machine: String?

    package init(
      rate: Double, sentPerSecond: Double, donePerSecond: Double, streams: Int, errors: Int,
      ttft: Quantiles?, lateness: Quantiles?, held: Bool, missed: [String], machine: String?
    ) {
      self.rate = rate
      self.sentPerSecond = sentPerSecond
      self.donePerSecond = donePerSecond
      self.streams = streams
      self.errors = errors
      self.ttft = ttft
      self.lateness = lateness
      self.held = held
      self.missed = missed
      self.machine = machine
    }
  }

  /// Nanoseconds.
  package struct Quantiles: Hashable, Sendable, Codable {
    package var p50: Double
    package var p99: Double

    package init(_ measure: Measure) { (p50, p99) = (measure.p50, measure.p99) }
  }
}
