import Core

/// The verdicts of the blocks of one run, each check's worst first.
///
/// A check is failed if it is in any block; one that could be judged in some blocks has been judged.
struct BlockVerdicts {
  private struct Entry {
    var verdict: Verdict
    /// Blocks of this outcome.
    var blocks = 1
  }

  private var entries: [Entry] = []
  private var blocks = 0
  private var streams = 0

  var isEmpty: Bool { blocks == 0 }

  /// - Parameter verdicts: of all checks, always in the same order.
  mutating func add(_ verdicts: [Verdict], streams: Int) {
    blocks += 1
    self.streams += streams
    guard !entries.isEmpty else {
      entries = verdicts.map { Entry(verdict: $0) }
      return
    }
    for (index, verdict) in verdicts.enumerated() {
      let known = entries[index].verdict.verdict
      if verdict.verdict == known {
        entries[index].blocks += 1
      } else if Self.weight(verdict.verdict) > Self.weight(known) {
        entries[index] = Entry(verdict: verdict)
      }
    }
  }

  /// In the order of the checks; of several blocks it is said what the figures are of.
  var worst: [Verdict] {
    entries.map { entry in
      var verdict = entry.verdict
      if blocks > 1 {
        verdict.actual +=
          " (judged in \(blocks) blocks of \(streams) streams in all; these are the figures of one, "
          + "and \(entry.blocks) came out like this)"
      }
      return verdict
    }
  }

  private static func weight(_ outcome: Verdict.Outcome) -> Int {
    switch outcome {
    case .fail: 4
    case .warn: 3
    case .pass: 2
    case .inconclusive: 1
    case .skip: 0
    }
  }
}
