package import Core
import Wire

/// An HTTP error of the provider keeps its meaning (FLT-009, FLT-015, HDR-001).
package struct ErrorsStatus: Check {
  package init() {}
  package let id = "errors/status"
  package let level = Verdict.Level.must
  package let requirement =
    "an error status stays an error of the same kind (retryable or not), with the dialect's error"
    + " body, Retry-After, and at most 3 tries"

  static let triesBeforeWarning = 3
  static let triesBeforeFailure = 10

  package func judge(_ evidence: Evidence) -> Verdict {
    guard evidence.hasProvider else { return verdict(.skip, Evidence.noUpstream) }
    guard let error = evidence.script.error else {
      return verdict(.skip, "the script answers with no error status")
    }
    var findings = Findings()
    var tries: [Int: Int] = [:]
    for observation in evidence.observations
    where observation.isUndisturbed && !observation.provider.isEmpty {
      tries[observation.provider.count, default: 0] += 1
      findings.add(observation.ordinal, faults(observation, error))
    }
    guard findings.judged > 0 else {
      return evidence.nothing(for: self, "no error of the provider reached the relay")
    }
    let counts = tries.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }
    return findings.verdict(
      for: self, good: "status \(error.status) and its body kept",
      figures: "tries upstream: \(counts.joined(separator: ", "))")
  }

  private func faults(_ observation: Observation, _ error: ErrorStep)
    -> [(Verdict.Outcome, String)]
  {
    var faults: [(Verdict.Outcome, String)] = []
    let tries = observation.provider.count
    if tries > Self.triesBeforeWarning {
      faults.append((tries > Self.triesBeforeFailure ? .fail : .warn, "\(tries) tries"))
    }
    guard observation.end == .httpError else {
      faults.append((.fail, "\(observation.end.rawValue) instead of status \(error.status)"))
      return faults
    }
    let status = observation.exchange.status
    if Self.isRetryable(status) != Self.isRetryable(error.status) || status < 400 {
      faults.append((.fail, "\(error.status) became \(status), which clients treat differently"))
    } else if status != error.status {
      faults.append((.warn, "\(error.status) became \(status)"))
    }
    if observation.dialect.readError(observation.exchange.body) == nil {
      faults.append((.fail, "no error object in the body"))
    }
    if let wait = error.retryAfter, let fault = Self.retryAfter(observation.exchange, wait) {
      faults.append((.fail, fault))
    }
    return faults
  }

  /// What the SDKs retry: 408, 409, 429 and every 5xx (529 among them).
  static func isRetryable(_ status: Int) -> Bool {
    [408, 409, 429].contains(status) || (500..<600).contains(status)
  }

  /// A relay may ask for more patience than the provider, not for less; a date is taken as given.
  private static func retryAfter(_ exchange: Exchange, _ wait: Int) -> String? {
    guard let value = exchange.header("retry-after") else { return "Retry-After lost" }
    guard let seconds = Int(value) else { return nil }
    return seconds < wait ? "Retry-After shortened" : nil
  }
}
