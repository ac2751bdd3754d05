/// How many requests per second are meant to start, over time: stages one behind the other, each of
/// which keeps its rate or goes evenly from one to another.
package struct RateProfile: Hashable, Sendable {
  package struct Stage: Hashable, Sendable {
    /// Requests per second at its begin and at its end, above zero in one of them.
    package var from: Double
    package var to: Double
    /// Nil goes on for ever, which only the last stage may; such a stage keeps its rate.
    package var duration: Nanoseconds?

    package init(from: Double, to: Double, duration: Nanoseconds?) {
      self.from = from
      self.to = to
      self.duration = duration
    }

    /// Requests up to so many seconds into it.
    fileprivate func expected(by seconds: Double) -> Double {
      guard let duration, from != to else { return from * seconds }
      return seconds * (from + (to - from) * seconds / (2 * duration.seconds))
    }

    /// The seconds into it at which `expected` comes to this number, which it does.
    fileprivate func seconds(until number: Double) -> Double {
      guard number > 0 else { return 0 }
      guard let duration, from != to else { return number / from }
      // The root of a s² + from s − number that loses no digits when a is small.
      let a = (to - from) / (2 * duration.seconds)
      let root = max(0, from * from + 4 * a * number).squareRoot()
      return 2 * number / (from + root)
    }

    fileprivate var total: Double { duration.map { expected(by: $0.seconds) } ?? .infinity }
  }

  package let stages: [Stage]

  package init(_ stages: [Stage]) { self.stages = stages }

  package static func constant(_ rate: Double) -> RateProfile {
    RateProfile([Stage(from: rate, to: rate, duration: nil)])
  }

  /// How long all stages last; nil for ever.
  package var duration: Nanoseconds? {
    stages.reduce(Nanoseconds.zero) { sum, stage in
      sum.flatMap { sum in stage.duration.map { sum + $0 } }
    }
  }

  /// Requests expected in all; infinite if the last stage has no end.
  package var total: Double { stages.reduce(0) { $0 + $1.total } }

  /// Requests expected up to this time, or in all.
  package func expected(by elapsed: Nanoseconds?) -> Double {
    guard var left = elapsed else { return total }
    var sum = 0.0
    for stage in stages {
      let part = min(left, stage.duration ?? left)
      sum += stage.expected(by: part.seconds)
      left = left - part
    }
    return sum
  }

  /// When the expected number of requests comes to `number`; nil if it never does.
  package func seconds(until number: Double) -> Double? {
    var left = number
    var before = 0.0
    for stage in stages {
      if left <= stage.total { return before + stage.seconds(until: left) }
      left -= stage.total
      before += stage.duration?.seconds ?? 0
    }
    return nil
  }

  /// Requests per second at this time; zero behind the last stage.
  package func rate(at elapsed: Nanoseconds) -> Double {
    var left = elapsed
    for stage in stages {
      guard let duration = stage.duration else { return stage.from }
      if left < duration {
        return stage.from + (stage.to - stage.from) * left.seconds / duration.seconds
      }
      left = left - duration
    }
    return 0
  }
}
