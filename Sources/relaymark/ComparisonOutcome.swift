import Foundation
import Judging

/// What `relaymark replay --compare` says.
enum ComparisonOutcome {
  static func report(_ found: RecordingComparison) -> ExitCode {
    var requests = "\(found.requests) requests"
    if found.missing > 0 { requests += ", \(found.missing) missing" }
    if found.extra > 0 { requests += ", \(found.extra) added" }
    let answers = found.requests - found.missing
    Terminal.out("requests:    \(requests)")
    Terminal.out("bytes:       \(share(found.otherBytes, of: answers, "answers"))")
    Terminal.out("boundaries:  \(share(found.otherReads, of: found.reads, "reads"))")
    Terminal.out("ends:        \(share(found.otherEnds, of: answers, "answers"))")
    for (name, spread) in [
      ("starts", found.starts), ("first reads", found.firsts), ("gaps", found.gaps),
    ] {
      guard let spread else { continue }
      let label = "\(name):".padding(toLength: 12, withPad: " ", startingAt: 0)
      Terminal.out(
        "\(label) n \(spread.n), off by p50 \(spread.p50), p99 \(spread.p99), max \(spread.max)")
    }
    return found.isExact ? .passed : .failed
  }

  private static func share(_ others: Int, of all: Int, _ what: String) -> String {
    others == 0 ? "the same in all \(all) \(what)" : "different in \(others) of \(all) \(what)"
  }
}
