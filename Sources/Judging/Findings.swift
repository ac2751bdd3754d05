import Core

/// Collects what each exchange showed and makes one verdict of it: the worst decides.
struct Findings {
  /// A relay that gets every number wrong in its own way must not fill the report.
  private static let reasonsNamed = 5

  private(set) var judged = 0
  private var reasons: [String: Int] = [:]
  private var failed: [Int] = []
  private var warned: [Int] = []

  /// One exchange, with everything that was wrong with it; the worst of it decides which kind of
  /// evidence it is.
  mutating func add(_ ordinal: Int, _ faults: [(Verdict.Outcome, String)]) {
    judged += 1
    for (_, reason) in faults { reasons[reason, default: 0] += 1 }
    if faults.contains(where: { $0.0 == .fail }) {
      failed.append(ordinal)
    } else if faults.contains(where: { $0.0 == .warn }) {
      warned.append(ordinal)
    }
  }

  var worst: Verdict.Outcome { !failed.isEmpty ? .fail : !warned.isEmpty ? .warn : .pass }
  var evidence: [Int] { failed + warned }

  /// "3 of 20 exchanges: token lost (3)"; `good` is said when nothing was wrong.
  func verdict(for check: some Check, good: String, figures: String = "") -> Verdict {
    let bad = failed.count + warned.count
    let tail = figures.isEmpty ? "" : "; \(figures)"
    guard bad > 0 else {
      return check.verdict(.pass, "\(good) in \(judged) of \(judged) exchanges\(tail)")
    }
    let ranked = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var words = ranked.prefix(Self.reasonsNamed).map { "\($0.key) (\($0.value))" }
      .joined(separator: ", ")
    if ranked.count > Self.reasonsNamed {
      words += ", and \(ranked.count - Self.reasonsNamed) more kinds"
    }
    return check.verdict(
      worst, "\(bad) of \(judged) exchanges: \(words)\(tail)", evidence: evidence)
  }
}

/// Figures in the words of a verdict.
enum Figures {
  /// "p50 12.0 ms, max 80.1 ms", or nothing without samples.
  static func times(_ samples: [Nanoseconds]) -> String? {
    guard let measure = Measures.measure(samples.map { Double($0.count) }, unit: "ns") else {
      return nil
    }
    return "p50 \(Nanoseconds(Int64(measure.p50))), max \(Nanoseconds(Int64(measure.max)))"
  }

  /// Nearest rank; nil without samples.
  static func quantile(_ samples: [Nanoseconds], _ share: Double) -> Nanoseconds? {
    guard !samples.isEmpty else { return nil }
    let rank = max(1, min(samples.count, Int((share * Double(samples.count)).rounded(.up))))
    return samples.sorted()[rank - 1]
  }

  /// In whole tenths of a second, so that many of about the same say the same.
  static func coarse(_ time: Nanoseconds) -> String {
    let tenths = time.count / 100_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }

  /// Two decimals, without Foundation.
  static func ratio(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = String(hundredths.magnitude % 100)
    let sign = hundredths < 0 ? "-" : ""
    return "\(sign)\(hundredths.magnitude / 100).\(digits.utf8.count < 2 ? "0" : "")\(digits)"
  }
}
