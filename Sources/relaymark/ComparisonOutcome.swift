import Core
import Foundation
import Judging
import Stats

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
    for (name, summary) in [
      ("starts", found.starts), ("first reads", found.firsts), ("gaps", found.gaps),
    ] {
      guard let summary else { continue }
      let figures = [("p50", summary.p50), ("p99", summary.p99), ("max", summary.max)].map {
        "\($0.0) \(Nanoseconds(Int64($0.1)))"
      }
      let label = "\(name):".padding(toLength: 12, withPad: " ", startingAt: 0)
      Terminal.out("\(label) n \(summary.n), off by \(figures.joined(separator: ", "))")
    }
    return found.isExact ? .passed : .failed
  }

  private static func share(_ others: Int, of all: Int, _ what: String) -> String {
    others == 0 ? "the same in all \(all) \(what)" : "different in \(others) of \(all) \(what)"
  }
}
