import Core

/// The places at which the rules of one direction wait.
struct FaultPlaces: Sendable {
  struct Place: Sendable {
    /// The number the rule was installed with, and its place in the row.
    var rule: Int
    var order: Int
    var position: Position
    /// Whether an event is meant as a whole, and not the place behind it.
    var selects: Bool
  }

  private(set) var all: [Place] = []
  let takesApart: Bool
  let dialect: (any Dialect)?
  /// Whether a place can only be found by looking at every byte of the body.
  private(set) var needsBytes = false
  private(set) var needsTokens = false
  private(set) var needsLastChunk = false
  private(set) var needsChunkHeaders = false
  /// Places that are counted, for a quick look at whether one comes next.
  private var offsets: [Int] = []
  private var numbers: [Int] = []
  private var distances: [Int] = []

  init(_ stages: [FaultStage], dialect: (any Dialect)?) {
    self.dialect = dialect
    var apart = false
    for (order, stage) in stages.enumerated() where !stage.isConnectionWide {
      if Faults.type(named: stage.rule.name)?.spec.takesApart == true { apart = true }
      guard let position = stage.rule.position else { continue }
      let selects = stage.placement == .events
      all.append(Place(rule: stage.id, order: order, position: position, selects: selects))
      guard !selects else { continue }
      switch position {
      case .match, .insideEvent, .insideCharacter: needsBytes = true
      case .firstToken: needsTokens = true
      case .beforeLastChunk: needsLastChunk = true
      case .insideChunkHeader: needsChunkHeaders = true
      case .byte(let offset): offsets.append(offset)
      case .event(let number): numbers.append(number)
      case .every(let distance): distances.append(distance)
      case .time, .beforeHeaders: break
      }
    }
    takesApart = apart
  }

  /// The rules that wait before the first byte.
  var atStart: [Int] {
    all.filter { $0.position == .beforeHeaders || $0.position == .byte(0) }.map(\.rule)
  }

  /// Whether bytes from one offset to another may lie at any place that is not counted in events.
  func mayCome(from: Int, to: Int, foundToken: Bool) -> Bool {
    if needsBytes || needsLastChunk || needsChunkHeaders || needsTokens && !foundToken {
      return true
    }
    for offset in offsets where offset > from && offset <= to { return true }
    return false
  }

  /// The first event behind this one at whose end a rule waits.
  func nextEvent(after number: Int) -> Int {
    var next = Int.max
    for wanted in numbers where wanted > number && wanted < next { next = wanted }
    for distance in distances { next = min(next, (number / distance + 1) * distance) }
    return next
  }

  /// Places that are counted in bytes, within what comes next.
  func cut(from: Int, to: Int, into marks: inout [FaultMark]) {
    for place in all {
      guard case .byte(let offset) = place.position, offset > from, offset <= to else { continue }
      marks.append(FaultMark(place, at: offset))
    }
  }

  /// Places behind the event of this number.
  func event(_ number: Int, rawEnd: Int, into marks: inout [FaultMark]) {
    for place in all where !place.selects && Self.isMeant(place.position, number) {
      marks.append(FaultMark(place, at: rawEnd))
    }
  }

  /// The rules that take hold of this event as a whole.
  func selecting(_ number: Int, _ event: [UInt8], isFirstToken: Bool) -> [Int] {
    all.filter { place in
      guard place.selects else { return false }
      switch place.position {
      case .match(let text): return event.firstRange(of: text) != nil
      case .firstToken: return isFirstToken
      default: return Self.isMeant(place.position, number)
      }
    }.map(\.rule)
  }

  var selectsFirstToken: Bool {
    all.contains { $0.selects && $0.position == .firstToken }
  }

  private static func isMeant(_ position: Position, _ number: Int) -> Bool {
    switch position {
    case .event(let wanted): wanted == number
    case .every(let distance): number.isMultiple(of: distance)
    default: false
    }
  }
}

/// A place that was found, as an offset in the raw bytes of its message.
struct FaultMark: Comparable, Sendable {
  var offset: Int
  var order: Int
  var rule: Int

  init(_ place: FaultPlaces.Place, at offset: Int) {
    self.offset = offset
    order = place.order
    rule = place.rule
  }

  static func < (left: FaultMark, right: FaultMark) -> Bool {
    left.offset == right.offset ? left.order < right.order : left.offset < right.offset
  }
}
