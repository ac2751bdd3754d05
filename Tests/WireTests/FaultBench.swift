import Core
import Wire

/// One fault by itself in virtual time: what comes waits in a row, and what the fault answers is
/// carried out in order before the next of the row comes to it.
struct FaultBench {
  enum Event: Hashable {
    case sent(FaultChunk)
    /// A start, end or FIN that has passed, or an action that is neither `send` nor `wait`.
    case passed(FaultInput)
    case did(FaultAction)
  }

  struct Seen: Hashable {
    var at: Instant
    var event: Event
  }

  private(set) var seen: [Seen] = []
  var fault: any Fault
  var isActive = true
  /// How much later than asked for a wait ends.
  var lateness: (inout SplitMix64) -> Nanoseconds = { _ in .zero }

  private(set) var now = Instant(nanoseconds: 0)
  private var random: SplitMix64
  private var clock = SplitMix64(seed: 99)
  private var row: [(at: Instant, input: FaultInput)] = []
  private var head = 0
  private var actions: [FaultAction] = []
  private var done = 0
  /// What follows by itself once the actions have been carried out.
  private var passing: FaultInput?
  private var blockedUntil: Instant?
  private var wake: Instant?
  /// The fault stalled: only a timer still acts.
  private var isOver = false
  /// The fault ended the connection.
  private var isEnded = false

  init(_ literal: String, seed: UInt64 = 1) throws(LiteralError) {
    self.init(try FaultRule(literal), seed: seed)
  }

  init(_ rule: FaultRule, seed: UInt64 = 1) {
    fault = Faults.fault(for: rule)
    random = SplitMix64(seed: seed)
  }

  /// Puts something behind everything else, `at` which it comes.
  mutating func feed(_ input: FaultInput, at milliseconds: Double = 0) {
    feed(input, at: Self.instant(milliseconds))
  }

  mutating func feed(_ input: FaultInput, at instant: Instant) {
    var input = input
    if case .chunk(var chunk) = input {
      chunk.at = instant
      input = .chunk(chunk)
    }
    row.append((instant, input))
  }

  mutating func feed(_ bytes: [UInt8], events: Int = 0, at milliseconds: Double = 0) {
    let at = Self.instant(milliseconds)
    feed(.chunk(FaultChunk(.raw, bytes[...], events: events, at: at)), at: at)
  }

  static func instant(_ milliseconds: Double) -> Instant {
    Instant(nanoseconds: Int64((milliseconds * 1e6).rounded()))
  }

  /// Everything that happens up to an instant; for ever if none is given.
  mutating func run(until milliseconds: Double? = nil) {
    let end = milliseconds.map(Self.instant) ?? Instant(nanoseconds: .max)
    while true {
      if let due = wake, due <= now {
        wake = nil
        call(.timer, first: true)
      }
      if isEnded { break }
      if blockedUntil == nil, !isOver, done < actions.count || passing != nil {
        carryOut()
      } else if blockedUntil == nil, !isOver, head < row.count, row[head].at <= now {
        head += 1
        call(row[head - 1].input)
      } else {
        let arrival = isOver || blockedUntil != nil || head >= row.count ? nil : row[head].at
        guard let next = [blockedUntil, wake, arrival].compactMap({ $0 }).min(), next <= end else {
          break
        }
        now = max(now, next)
      }
      if let until = blockedUntil, until <= now { blockedUntil = nil }
    }
    if milliseconds != nil { now = max(now, end) }
  }

  /// Takes the fault away: what it held moves on at once.
  mutating func withdraw() {
    blockedUntil = nil
    isOver = false
    var turn = FaultTurn(now: now, random: random, isActive: isActive)
    fault.withdraw(&turn)
    actions = Array(actions[done...]) + turn.actions
    done = 0
    for action in actions { if case .wait = action { continue } else { note(action) } }
    actions = []
    if let passing { seen.append(Seen(at: now, event: .passed(passing))) }
    for item in row[head...] {
      if case .chunk(let chunk) = item.input {
        seen.append(Seen(at: now, event: .sent(chunk)))
      } else {
        seen.append(Seen(at: now, event: .passed(item.input)))
      }
    }
    (passing, head) = (nil, row.count)
  }

  private mutating func call(_ input: FaultInput, first: Bool = false) {
    var turn = FaultTurn(now: now, random: random, isActive: isActive)
    fault.receiveAll(input, &turn)
    random = turn.random
    if first {
      // A timer acts whatever holds.
      for action in turn.actions { note(action) }
      return
    }
    actions = turn.actions
    done = 0
    switch input {
    case .start, .end, .finish: passing = input
    case .position, .chunk, .timer: passing = nil
    }
    carryOut()
  }

  private mutating func carryOut() {
    while done < actions.count {
      let action = actions[done]
      done += 1
      if case .wait(let until) = action {
        if until > now {
          blockedUntil = until + lateness(&clock)
          return
        }
      } else {
        note(action)
        if isOver { return actions.removeAll() }
      }
    }
    if let passing { seen.append(Seen(at: now, event: .passed(passing))) }
    passing = nil
  }

  private mutating func note(_ action: FaultAction) {
    switch action {
    case .send(let chunk): seen.append(Seen(at: now, event: .sent(chunk)))
    case .wake(let instant): wake = instant
    case .wait, .again: break
    case .stall, .close, .reset, .halfClose, .refuse, .ignore:
      seen.append(Seen(at: now, event: .did(action)))
      isOver = true
      isEnded = action != .stall
    }
  }
}

extension FaultBench {
  /// The chunks that were let through, and when.
  var sent: [(at: Instant, chunk: FaultChunk)] {
    seen.compactMap { seen in
      guard case .sent(let chunk) = seen.event else { return nil }
      return (seen.at, chunk)
    }
  }

  var sentBytes: [UInt8] { sent.flatMap { Array($0.chunk.bytes) } }
  /// When what was let through left, in milliseconds.
  var sentTimes: [Double] { sent.map { Double($0.at.nanoseconds) / 1e6 } }

  /// What happened besides, as `close@5.0`.
  var deeds: [String] {
    seen.compactMap { seen in
      let time = Double(seen.at.nanoseconds) / 1e6
      switch seen.event {
      case .sent: return nil
      case .passed(let input): return "\(input)@\(time)"
      case .did(let action): return "\(action)@\(time)"
      }
    }
  }
}

extension Fault {
  /// All that it answers to one input, the rests it asked for included.
  mutating func receiveAll(_ input: FaultInput, _ turn: inout FaultTurn) {
    receive(input, &turn)
    while case .again(let rest)? = turn.actions.last {
      turn.actions.removeLast()
      receive(.chunk(rest), &turn)
    }
  }
}
