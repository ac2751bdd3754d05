/// Requests as they once came somewhere, to be played again at the same distances.
package struct ArrivalTrace: Hashable, Sendable {
  package struct Arrival: Hashable, Sendable {
    /// From the first arrival of the trace.
    package var at: Nanoseconds
    /// Tokens of the request and of its answer, as the trace counts them.
    package var inputTokens: Int
    package var outputTokens: Int

    package init(at: Nanoseconds, inputTokens: Int, outputTokens: Int) {
      self.at = at
      self.inputTokens = inputTokens
      self.outputTokens = outputTokens
    }
  }

  /// How public traces are written.
  package enum Format: String, Hashable, Sendable, CaseIterable {
    /// Azure LLM inference: CSV with `TIMESTAMP,ContextTokens,GeneratedTokens`.
    case azure
    /// BurstGPT: CSV with `Timestamp` in seconds, `Request tokens`, `Response tokens`.
    case burstgpt
    /// Mooncake: JSON Lines with `timestamp` in milliseconds, `input_length`, `output_length`.
    case mooncake
  }

  /// Ascending; the first is at zero.
  package private(set) var arrivals: [Arrival]
  /// Lines that were left out because they are broken, by number; the first few only.
  package private(set) var broken: [String] = []
  package private(set) var brokenCount = 0

  init(_ arrivals: [Arrival], broken: [String], count: Int) {
    self.arrivals = arrivals
    self.broken = broken
    brokenCount = count
  }

  /// The same at `scale` times the speed.
  package func scaled(by scale: Double) -> ArrivalTrace {
    var result = self
    for index in result.arrivals.indices {
      result.arrivals[index].at = Nanoseconds(
        Int64((Double(arrivals[index].at.count) / scale).rounded()))
    }
    return result
  }
}

/// A trace as the arrivals of an open loop.
package struct TraceArrivals: Hashable, Sendable {
  /// The file it was read from, for reports.
  package var name: String
  package var format: ArrivalTrace.Format
  /// How many times as fast as it was it is played; `trace` is at that speed.
  package var scale: Double
  package var trace: ArrivalTrace

  package init(name: String, format: ArrivalTrace.Format, scale: Double, trace: ArrivalTrace) {
    self.name = name
    self.format = format
    self.scale = scale
    self.trace = trace.scaled(by: scale)
  }

  /// Arrivals before this time, or all.
  package func count(before end: Nanoseconds?) -> Int {
    guard let end else { return trace.arrivals.count }
    return trace.arrivals.count { $0.at < end }
  }
}

/// Why a trace cannot be used.
package struct ArrivalTraceError: Error, Hashable, Sendable {
  package var message: String

  package init(_ message: String) { self.message = message }
}
