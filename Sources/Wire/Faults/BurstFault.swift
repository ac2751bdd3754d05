package import Core

/// Collects so many events and pours them out at once, as a proxy that buffers does.
///
/// What has no events is collected by `of=chunks`, else to its end. No more than
/// `Limits.faultKeptBytes` are kept: a sender that waits for an answer to them would wait for ever.
package struct BurstFault: Fault {
  package static let spec = FaultSpec(
    "burst", "holds so many events, then pours them out at once",
    effect: .delays, placement: .span,
    parameters: [
      FaultParameter("count", .number(1...1_000_000), "how many"),
      FaultParameter(
        "of", .choice(["events", "chunks"]), preset: .text("events"), "what is counted"),
      FaultParameter(
        "within", .duration, preset: .duration(.zero),
        "pours what there is this long after the first of it came; 0 for never"),
    ],
    example: "burst 5")

  private let count: Int
  private let countsEvents: Bool
  private let within: Nanoseconds
  private var kept: [FaultChunk] = []
  private var counted = 0
  /// When what is kept is poured at the latest.
  private var due: Instant?
  package private(set) var heldBytes = 0

  package init(_ rule: FaultRule) {
    count = rule.number("count")
    countsEvents = rule.text("of") == "events"
    within = rule.duration("within")
  }

  package func passesChunks(isActive: Bool) -> Bool { !isActive && kept.isEmpty }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .chunk(let chunk) where turn.isActive: keep(chunk, &turn)
    case .chunk(let chunk):
      pour(&turn)
      turn.send(chunk)
    case .end, .finish: pour(&turn)
    case .timer:
      // A timer of chunks that have been poured since is none of those that are kept now.
      if let due, due <= turn.now { pour(&turn) }
    case .start, .position: break
    }
  }

  package mutating func withdraw(_ turn: inout FaultTurn) { pour(&turn) }

  private mutating func keep(_ chunk: FaultChunk, _ turn: inout FaultTurn) {
    if kept.isEmpty, within > .zero {
      let latest = chunk.at + within
      due = latest
      turn.actions.append(.wake(at: latest))
    }
    kept.append(chunk)
    heldBytes += chunk.bytes.count
    counted += countsEvents ? chunk.events : 1
    if counted >= count || heldBytes >= Limits.faultKeptBytes { pour(&turn) }
  }

  private mutating func pour(_ turn: inout FaultTurn) {
    for chunk in kept { turn.send(chunk) }
    kept.removeAll(keepingCapacity: true)
    (heldBytes, counted, due) = (0, 0, nil)
  }
}
