package import Core
package import Stats
import Wire

/// Every figure of the architecture that the observations allow, by name.
package enum Measures {
  /// From successful, measured observations only; a measure without samples does not appear.
  package static func of(_ observations: [Observation]) -> [String: Measure] {
    var samples = Samples()
    for observation in observations { samples.add(observation) }
    return samples.measures()
  }

  /// No samples yet.
  package static var series: Series { Series(exactUpTo: Limits.exactSamples) }

  /// One measure from its samples; nil without any.
  package static func measure(_ samples: [Double], unit: String) -> Measure? {
    var series = series
    for sample in samples { series.add(sample) }
    return measure(series, unit: unit)
  }

  /// The same from samples of which there may be too many to be kept one by one.
  package static func measure(_ series: Series, unit: String) -> Measure? {
    guard let summary = series.summary(keeping: series.isExact ? Limits.exactSamples : 0) else {
      return nil
    }
    return Measure(
      unit: unit, n: summary.n, p50: summary.p50, p90: summary.p90, p95: summary.p95,
      p99: summary.p99, p999: summary.p999, max: summary.max, min: summary.min,
      storage: series.isExact ? "exact" : "histogram", samples: summary.samples,
      histogram: series.counts.map { BucketCounts($0.parts) })
  }

  /// The measures of several series as one, by name: those of one run over all their streams. One
  /// that does not hold what it was made from is left out.
  package static func pooled(_ all: [[String: Measure]]) -> [String: Measure] {
    if all.count < 2 { return all.first ?? [:] }
    var sums: [String: (unit: String, series: Series)] = [:]
    for (name, measure) in all.flatMap(\.self) {
      guard let series = Series(measure) else { continue }
      sums[name, default: (measure.unit, Self.series)].series += series
    }
    return sums.compactMapValues { measure($0.series, unit: $0.unit) }
  }

  /// Two tokens written at least this far apart were meant to be read apart.
  static let writtenApart = Nanoseconds.milliseconds(1)

  /// The share of output that arrived in the same wake-up as its predecessor.
  ///
  /// Two-sided: of the tokens written at least 1 ms after their predecessor (tokens and not events
  /// are compared, so that two deltas merged into one event count). One-sided, where writes are
  /// unknown: of all output events but the first.
  static func coalesced(_ observation: Observation) -> Double? {
    var pairs = 0
    var together = 0
    if observation.provider.isEmpty {
      for (left, right) in zip(observation.output, observation.output.dropFirst())
      where left.offset != right.offset {
        pairs += 1
        if left.wake == right.wake { together += 1 }
      }
    } else {
      let tokens = observation.tokens.arrivals
      for (left, right) in zip(tokens, tokens.dropFirst()) {
        guard let first = observation.written(left), let second = observation.written(right),
          second - first >= writtenApart
        else { continue }
        pairs += 1
        if left.wake == right.wake { together += 1 }
      }
    }
    return pairs > 0 ? Double(together) / Double(pairs) : nil
  }

  /// (last − first arrival) ÷ (last − first write) of the tokens: 1 streams, 0 is a buffered reply.
  static func spread(_ observation: Observation) -> Double? {
    let tokens = observation.tokens.arrivals
    guard let first = tokens.first, let last = tokens.last,
      let firstWrite = observation.written(first), let lastWrite = observation.written(last),
      lastWrite - firstWrite >= writtenApart
    else { return nil }
    return Double((last.instant - first.instant).count) / Double((lastWrite - firstWrite).count)
  }

  /// How many tokens the answer had, and whence that is known: the scripted ones counted, else what
  /// usage reports, else one for each output event. (The script's usage numbers are invented on
  /// purpose and count nothing.)
  static func tokens(_ observation: Observation) -> (count: Int, source: TokenSource) {
    let scripted = observation.tokens.arrivals.count
    if scripted > 0 { return (scripted, .scripted) }
    if let usage = observation.usages.last { return (usage.completion, .usage) }
    return (observation.output.count, .estimate)
  }

  /// Between consecutive reads of the socket that brought bytes of output, whole events or parts of
  /// them: what a reader of the socket would see, however the relay cut the events.
  static func readGaps(_ observation: Observation) -> [Nanoseconds] {
    var gaps: [Nanoseconds] = []
    var last: ReadMark?
    var reads = observation.exchange.timeline.reads[...]
    for event in observation.reading.events {
      guard case .output = event.kind else { continue }
      while let read = reads.first, read.offset < event.end {
        if read.offset + read.length > event.start {
          if let last, last.wake != read.wake { gaps.append(read.instant - last.instant) }
          last = read
        }
        // The rest of a read may belong to the next event.
        guard read.offset + read.length <= event.end else { break }
        reads = reads.dropFirst()
      }
    }
    return gaps
  }
}

extension Measures {
  /// Samples by measure while they are collected.
  struct Samples {
    private var times: [String: Series] = [:]
    private var ratios: [String: Series] = [:]
    private var rates = Measures.series
    /// Exchanges that failed, and not because our side ended them.
    private var failures = 0
    /// By `TokenSource`.
    private(set) var tokenSources: [String: Int] = [:]

    /// Takes the figures of a measured exchange that succeeded, and counts one that did not.
    mutating func add(_ observation: Observation) {
      guard !observation.exchange.warmup else { return }
      guard observation.succeeded else {
        if ![.cancelled, .interrupted].contains(observation.end) { failures += 1 }
        return
      }
      addLatencies(observation)
      addGaps(observation)
      addDelays(observation)
      addRates(observation)
      addLateness(observation)
      if let share = Measures.coalesced(observation) {
        ratios["coalesced", default: Measures.series].add(share)
      }
      if let spread = Measures.spread(observation) {
        ratios["spread", default: Measures.series].add(spread)
      }
    }

    /// `ttft.adjusted` counts a failure as a first token that never came; without failures it would
    /// say what `ttft` says.
    func measures() -> [String: Measure] {
      var times = times
      if failures > 0, var all = times["ttft"] {
        for _ in 0..<failures { all.add(.infinity) }
        times["ttft.adjusted"] = all
      }
      var result = times.compactMapValues { Measures.measure($0, unit: "ns") }
      for (name, samples) in ratios { result[name] = Measures.measure(samples, unit: "ratio") }
      result["rate"] = Measures.measure(rates, unit: "per-second")
      return result
    }

    private mutating func add(_ name: String, _ time: Nanoseconds) { add(name, [time]) }

    /// All at once: there may be one for each chunk, and finding the name costs more than adding.
    private mutating func add(_ name: String, _ all: [Nanoseconds]) {
      guard !all.isEmpty else { return }
      times[name, default: Measures.series].add(all.map { Double($0.count) })
    }

    private mutating func addLatencies(_ observation: Observation) {
      let sent = observation.sent
      if let first = observation.exchange.timeline.reads.first { add("ttfb", first.instant - sent) }
      let text = observation.output.first?.arrival
      if let text {
        add("ttft", text - sent)
        add("ttft.response", text - observation.exchange.intended)
      }
      if let reasoning = observation.firstReasoning { add("ttfr", reasoning - sent) }
      if let first = [text, observation.firstReasoning].compactMap(\.self).min() {
        add("ttft.any", first - sent)
      }
      add("e2e", observation.exchange.ended - sent)
    }

    /// Gaps between events of different wake-ups: events of one read are told by `coalesced`.
    private mutating func addGaps(_ observation: Observation) {
      var gaps: [Nanoseconds] = []
      gaps.reserveCapacity(observation.output.count)
      for (left, right) in zip(observation.output, observation.output.dropFirst())
      where left.wake != right.wake {
        gaps.append(right.arrival - left.arrival)
      }
      add("gap", gaps)
      add("gap.read", Measures.readGaps(observation))
      guard let longest = gaps.max() else { return }
      add("stall", longest)
      add("stall.excess", gaps.reduce(.zero) { $0 + max(.zero, $1 - Limits.stallThreshold) })
    }

    private mutating func addDelays(_ observation: Observation) {
      var delays: [Nanoseconds] = []
      delays.reserveCapacity(observation.tokens.arrivals.count)
      for (index, token) in observation.tokens.arrivals.enumerated() {
        guard let written = observation.written(token) else { continue }
        delays.append(token.instant - written)
        if index == 0 { add("added.ttft", token.instant - written) }
      }
      add("added.chunk", delays)
    }

    private mutating func addRates(_ observation: Observation) {
      let whole = observation.exchange.ended - observation.sent
      let (tokens, source) = Measures.tokens(observation)
      tokenSources[source.rawValue, default: 0] += 1
      if whole > .zero { rates.add(Double(tokens) / whole.seconds) }
      guard tokens > 1, observation.streamWanted, let first = observation.output.first?.arrival
      else { return }
      let rest = observation.exchange.ended - first
      times["tpot", default: Measures.series].add(Double(rest.count) / Double(tokens - 1))
    }

    private mutating func addLateness(_ observation: Observation) {
      let exchange = observation.exchange
      add("lateness.send", exchange.started - exchange.intended)
      for mark in observation.provider.filter({ !$0.blocked }).flatMap(\.writes) {
        add("lateness.write", mark.instant - mark.due)
      }
    }
  }
}
