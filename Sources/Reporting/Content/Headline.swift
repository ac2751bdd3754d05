package import Core

/// What was measured and how it came out, in one sentence: the first thing in every report.
package struct Headline: Hashable, Sendable {
  package var status: Status
  package var sentence: String
  /// What else must be said at once: an unfit machine, a note of the run.
  package var remarks: [String]

  package enum Status: String, Hashable, Sendable, CaseIterable {
    /// The run was interrupted or could not go on.
    case incomplete
    case failed
    /// No check failed, but streams did.
    case attention
    case inconclusive
    case passed
    /// Nothing was judged.
    case measured

    /// A word to print before or beside the sentence.
    package var label: String {
      switch self {
      case .incomplete: "Incomplete"
      case .failed: "Failed"
      case .attention: "Attention"
      case .inconclusive: "Inconclusive"
      case .passed: "Passed"
      case .measured: "Measured"
      }
    }
  }

  package init(_ record: RunRecord) {
    let tally = Tally(record)
    status = tally.status(complete: record.complete)
    // What broke at a rate is what a sweep looks for, and no failure of it.
    if let sweep = record.sweep, status != .incomplete, tally.failures == 0 {
      status = sweep.highestHeld == nil ? .failed : .measured
    }
    remarks = []
    switch status {
    case .incomplete:
      let lacks = Content.lacksMachines(record)
      let early =
        lacks ? "on the machines whose records are there" : "before the run ended early"
      sentence =
        "\(tally.progress) \(early)"
        + (tally.failures > 0 ? ", and \(tally.failureWords) already." : ".")
      if !record.note.isEmpty {
        remarks.append("\(lacks ? "What is missing" : "Why it ended"): \(record.note)")
      }
    case .failed:
      sentence =
        (tally.failures > 0 ? "\(tally.failureWords). " : "") + "\(tally.measuredWords)."
    case .attention:
      sentence =
        "No check failed, but \(tally.notDoneWords): \(tally.measuredWords)."
    case .inconclusive:
      sentence =
        "No check failed, but \(Figure.counted(tally.inconclusive, "check"))"
        + " could not be decided: \(tally.measuredWords)."
    case .passed:
      sentence =
        "All checks passed"
        + (tally.warnings > 0 ? ", with \(Figure.counted(tally.warnings, "warning"))" : "")
        + ": \(tally.measuredWords)."
    case .measured:
      sentence =
        record.targets.isEmpty
        ? "Nothing was measured: the record has no target." : "\(tally.measuredWords)."
    }
    if record.complete && !record.note.isEmpty { remarks.append(record.note) }
    if let sharing = Content.sharing(record) { remarks.append(sharing) }
    if let sweep = record.sweep {
      if status == .incomplete {
        remarks.append("Sweep: \(sweep.result)")
      } else {
        sentence = "\(sweep.result) \(sentence)"
      }
    }
    for target in record.targets {
      guard let stopped = target.stopped else { continue }
      let place = record.targets.count > 1 ? " \(target.scenario.name) on \(target.name)" : ""
      remarks.append("Stopped early\(place): \(stopped).")
    }
    if !record.instrument.fit {
      remarks.append(
        "The machine was not fit to measure during this run; its delays are not to be relied on.")
    }
  }
}

/// Counts over all targets of a record.
struct Tally {
  var targets: [String] = []
  var scenarios: [String] = []
  /// Rates of a sweep, whose scenarios are all the same one.
  let rates: Int?
  var failing: [String] = []
  var failedChecks = 0
  var failedExpectations = 0
  var warnings = 0
  var inconclusive = 0
  var judged = 0
  var streams = 0
  var planned = 0
  var done = 0
  /// Not done because the scenario wanted it so.
  var onPurpose = 0

  init(_ record: RunRecord) {
    rates = record.sweep?.stages.count
    for target in record.targets {
      if !targets.contains(target.name) { targets.append(target.name) }
      if !scenarios.contains(target.scenario.name) { scenarios.append(target.scenario.name) }
      let outcomes = target.verdicts.map(\.verdict)
      let expected = target.expectations.map(\.outcome)
      let failedHere = outcomes.count { $0 == .fail }
      let missedHere = expected.count { $0 == .fail }
      failedChecks += failedHere
      failedExpectations += missedHere
      if failedHere + missedHere > 0 && !failing.contains(target.name) {
        failing.append(target.name)
      }
      warnings += (outcomes + expected).count { $0 == .warn }
      inconclusive += (outcomes + expected).count { $0 == .inconclusive }
      judged += (outcomes + expected).count { $0 != .skip }
      streams += target.exchanges.total
      planned += target.scenario.streams
      done += target.exchanges.done
      onPurpose += target.endedOnPurpose
    }
  }

  /// Streams that ended otherwise than as done without being asked to.
  var unexplained: Int { max(0, streams - done - onPurpose) }

  var failures: Int { failedChecks + failedExpectations }

  func status(complete: Bool) -> Headline.Status {
    if !complete { return .incomplete }
    if failures > 0 { return .failed }
    if unexplained > 0 { return .attention }
    if inconclusive > 0 { return .inconclusive }
    return judged > 0 ? .passed : .measured
  }

  /// `3 checks and 1 expectation failed on 2 of 5 targets (nginx, litellm)`.
  var failureWords: String {
    var parts: [String] = []
    if failedChecks > 0 { parts.append(Figure.counted(failedChecks, "check")) }
    if failedExpectations > 0 { parts.append(Figure.counted(failedExpectations, "expectation")) }
    let what = parts.joined(separator: " and ") + " failed"
    if targets.count == 1 { return "\(what) on \(targets[0])" }
    return "\(what) on \(failing.count) of \(targets.count) targets (\(Tally.listed(failing)))"
  }

  var notDoneWords: String {
    "\(Figure.count(unexplained)) of \(Figure.counted(streams, "stream")) did not end as done"
      + (onPurpose > 0 ? " without being asked to" : "")
  }

  /// `1,000 streams of scenario slow measured on 2 targets, 4 of them not done`.
  var measuredWords: String {
    let place = targets.count == 1 ? targets[0] : Figure.counted(targets.count, "target")
    let of =
      if let rates {
        "at \(Figure.counted(rates, "rate"))"
      } else if scenarios.count == 1 {
        "of scenario \(scenarios[0])"
      } else {
        "of \(Figure.counted(scenarios.count, "scenario"))"
      }
    return "\(Figure.counted(streams, "stream")) \(of) measured on \(place)"
      + (streams > 0 ? ", \(endWords)" : "")
  }

  /// `all of them done`, or how many were not, and how many of these as the scenario asks.
  private var endWords: String {
    if done == streams { return streams == 1 ? "it is done" : "all of them done" }
    let asked = "on purpose, as the \(scenarios.count == 1 ? "scenario asks" : "scenarios ask")"
    if onPurpose == streams {
      return streams == 1 ? "broken off \(asked)" : "all of them broken off \(asked)"
    }
    if unexplained == 0 {
      return "\(Figure.count(onPurpose)) of them broken off \(asked), the others done"
    }
    return "\(Figure.count(unexplained)) of them not done"
      + (onPurpose > 0 ? " and \(Figure.count(onPurpose)) broken off \(asked)" : "")
  }

  /// `7 of 20 planned streams were measured on 2 targets`.
  var progress: String {
    if targets.isEmpty { return "Nothing was measured" }
    let place = targets.count == 1 ? targets[0] : Figure.counted(targets.count, "target")
    return "\(Figure.count(streams)) of \(Figure.counted(planned, "planned stream")) were"
      + " measured on \(place)"
  }

  /// At most four names, then how many more there are.
  static func listed(_ names: [String]) -> String {
    guard names.count > 4 else { return names.joined(separator: ", ") }
    return names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more"
  }
}
