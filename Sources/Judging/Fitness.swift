package import Core

/// Whether a machine was fit to measure what it measured, and what was short if it was not.
///
/// Lateness bounds what the figures can mean. Where its p99 exceeds 1 ms, or a tenth of the figure
/// beside it if that is less, the run is unfit: requests sent late are held against the p50 of
/// `ttft`, chunks written or read late against that of `gap`. Delays that a relay adds (`added.…`)
/// are not in the rule: the floor, which has the lateness of reads in it, says what of them can be
/// told. And a tenth of a very short figure is less than any machine can do, hence `least`.
package struct Fitness: Hashable, Sendable {
  /// Why it was not fit; empty if it was.
  package private(set) var reasons: [String] = []

  package init() {}

  package var isFit: Bool { reasons.isEmpty }

  /// No lateness may exceed this, whatever is measured.
  package static let most = Nanoseconds.milliseconds(1)
  /// What is always allowed: as late as a Linux machine with nothing else to do is now and then.
  package static let least = Nanoseconds.microseconds(250)
  /// Answers without a relay that may have had to wait for their reader.
  static let blockedShare = 0.01

  /// What was seen of the harness itself while one scenario ran on one target.
  package struct Conditions: Sendable {
    /// Names the scenario where there are several.
    package var title = ""
    /// `send`, `write`, `read`.
    package var lateness: [String: Measure] = [:]
    /// What was measured of the target.
    package var figures: [String: Measure] = [:]
    /// Streams that were due and had no room.
    package var notSent = 0
    /// Answers of the provider that nothing but our own client reads, and how many of them had to
    /// wait because it read too slowly.
    package var answers = 0
    package var blocked = 0
    package var use = ProcessorUse.none

    package init() {}
  }

  /// Adds what speaks against these conditions.
  package mutating func judge(_ conditions: Conditions) {
    let title = conditions.title.isEmpty ? "" : "\(conditions.title): "
    for (name, beside, what) in Self.rules {
      guard let late = conditions.lateness[name] else { continue }
      let (allowed, why) = Self.allowed(beside, conditions.figures[beside])
      guard late.p99 > Double(allowed.count) else { continue }
      reasons.append(
        "\(title)1 % of \(what) more than \(Nanoseconds(Int64(late.p99))) late (allowed: "
          + "\(allowed)\(why)): \(Self.shortage(conditions.use))")
    }
    if conditions.notSent > 0 {
      reasons.append(
        "\(title)\(conditions.notSent) streams were due and could not be sent: too many were under "
          + "way; raise the descriptor limit (ulimit -n), lower the rate, or use another machine "
          + "as well")
    }
    if Double(conditions.blocked) > Double(conditions.answers) * Self.blockedShare {
      reasons.append(
        "\(title)\(conditions.blocked) of \(conditions.answers) answers without a relay had to wait "
          + "for their reader: bandwidth was short, the client takes in less than was written; use "
          + "fewer streams or a slower script")
    }
  }

  private static let rules = [
    ("send", "ttft", "requests were sent"), ("write", "gap", "chunks were written"),
    ("read", "gap", "what could be read was stamped"),
  ]

  /// How late it may be beside that figure, and the words for it.
  package static func allowed(
    _ name: String, _ figure: Measure?
  ) -> (limit: Nanoseconds, why: String) {
    guard let figure, figure.p50.isFinite else { return (most, "") }
    let tenth = Nanoseconds(Int64(min(figure.p50 / 10, Double(most.count))))
    if tenth >= most { return (most, "") }
    if tenth <= least { return (least, "") }
    return (tenth, ", a tenth of the \(name) p50")
  }

  /// What of the processor was short, in words that say what to do.
  package static func shortage(_ use: ProcessorUse) -> String {
    guard use.elapsed > .zero, use.cores > 0 else {
      return "close other programs or use fewer streams"
    }
    func cores(_ time: Nanoseconds) -> Double { Double(time.count) / Double(use.elapsed.count) }
    let all = Double(use.cores)
    if cores(use.stolen) > all / 20 {
      return "the host of this virtual machine took \(tenths(cores(use.stolen))) of its "
        + "\(use.cores) cores for itself; use a machine of your own"
    }
    let own = cores(use.own)
    let busy = use.busy.map(cores)
    let others = max(0, (busy ?? own) - own)
    let waited = use.waited.map { ", threads waited \($0) for a core in \(use.elapsed)" } ?? ""
    let facts =
      "\(tenths(busy ?? own)) of \(use.cores) cores were busy, \(tenths(others)) of them with other "
      + "programs\(waited)"
    let isWaiting = (use.waited.map(cores) ?? 0) > 0.05
    guard (busy ?? own) > all * 0.8 || isWaiting || own > 0.8 else {
      return "the processor was not short (\(facts)): power saving, or the host of a virtual "
        + "machine, may have held it up"
    }
    let advice =
      others > 0.25 ? "close other programs" : "use fewer streams, or a machine with more cores"
    return "the processor was short (\(facts)); \(advice)"
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
