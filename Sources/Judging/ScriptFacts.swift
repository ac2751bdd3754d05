import Core
import Wire

/// What the checks ask about a script.
extension ProviderScript {
  /// The error answer it consists of, if it does.
  var error: ErrorStep? {
    if case .error(let error) = steps.first { error } else { nil }
  }

  /// The numbers of its last usage report.
  var usage: UsageStep? { lastUsage }

  var hasTerminator: Bool { steps.contains(.done) }
  var hasRawBytes: Bool {
    steps.contains { if case .raw = $0 { true } else { false } }
  }
  var stallsForEver: Bool { steps.contains(.stall(nil)) }

  /// Whether it plays a complete answer: nothing in it cuts, stalls for ever or is an error.
  package var isComplete: Bool {
    hasTerminator && !stallsForEver && error == nil
      && !steps.contains {
        switch $0 {
        case .close, .reset, .errorEvent: true
        default: false
        }
      }
  }

  /// Whether the answer breaks off: cut, ended without finish and marker, or an error inside it.
  var breaksOff: Bool {
    guard error == nil, !stallsForEver else { return false }
    var finished = false
    for step in steps {
      switch step {
      case .close, .reset, .errorEvent: return true
      case .done: return false
      case .finish: finished = true
      default: break
      }
    }
    return !finished
  }

  /// What comes after the first `writes` events were written.
  enum Next: Hashable {
    /// Another write, this long after the last one by the script's median.
    case write(after: Nanoseconds)
    case never
    /// The script ends.
    case end
  }

  /// Walks the script; a usage step is written only when the request asked for usage.
  func next(after writes: Int, usage wantsUsage: Bool) -> Next {
    var left = writes
    var silence = Nanoseconds.zero
    for step in steps {
      switch step {
      case .text(let text):
        if left < text.tokens {
          return .write(after: left == 0 ? silence : silence + text.gap.median)
        }
        left -= text.tokens
      case .toolCall(let call):
        let pieces = 1 + call.argumentPieces.count
        if left < pieces {
          return .write(after: left < 2 ? silence : silence + call.gap.median)
        }
        left -= pieces
      case .stall(let length):
        guard left == 0 else { continue }
        guard let length else { return .never }
        silence += length.median
      case .usage where !wantsUsage: continue
      case .close, .reset: return .end
      default:
        if left == 0 { return .write(after: silence) }
        left -= 1
      }
    }
    return .end
  }
}

extension Scenario {
  /// Whether a fault on leg B cuts answers.
  var cutsUpstream: Bool {
    faults.contains { $0.leg == .b && $0.effect == .cuts }
  }
  var stallsUpstream: Bool {
    faults.contains { $0.leg == .b && $0.effect == .silences }
  }
}
