import Core

/// Sends pieces as writes of their own, at least so far apart.
///
/// Instants are planned from piece to piece, so that a timer that rings late delays one and not all
/// behind it; a piece that comes after its instant goes at once.
struct PieceSender: Sendable {
  private let gap: Nanoseconds
  private var next: Instant?

  init(gap: Nanoseconds) { self.gap = gap }

  /// The setting of faults that send in pieces.
  static let parameter = FaultParameter(
    "gap", .duration, preset: .duration(.zero), "from one piece to the next")

  mutating func send(_ piece: FaultChunk, _ turn: inout FaultTurn) {
    if gap > .zero {
      let due = max(next ?? turn.now, turn.now)
      if due > turn.now { turn.wait(until: due) }
      next = due + gap
    }
    turn.send(piece)
  }
}
