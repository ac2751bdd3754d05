import Core

/// One message as a fault needs it that edits: the head, then the payload without transfer coding,
/// an event stream in pieces of at most one event, then the end.
struct MessageParts: Sendable {
  private var places: FaultPlaces
  private var message: FaultMessage
  private(set) var isHeadOpen = true
  private var splitter: EventSplitter?
  private var number = 0
  private var foundToken = false
  /// Places within the block under way, as offsets in it.
  private var marks: [FaultMark] = []

  init(_ places: FaultPlaces, message: FaultMessage) {
    self.places = places
    self.message = message
  }

  mutating func change(_ places: FaultPlaces) { self.places = places }

  mutating func head(
    _ bytes: ArraySlice<UInt8>, hasBody: Bool, isEventStream: Bool, at now: Instant,
    into items: inout [FlowItem]
  ) {
    isHeadOpen = false
    message.hasBody = hasBody
    if isEventStream { splitter = EventSplitter() }
    var head = MessageHead(bytes)
    if case .length(let length) = head?.framing { message.bodyLength = length }
    start(into: &items)
    head?.prepareForEditing()
    items.append(.chunk(FaultChunk(.head, head?.bytes[...] ?? bytes, at: now)))
  }

  private func start(into items: inout [FlowItem]) {
    items.append(.start(message))
    for rule in places.atStart { items.append(.mark(rule: rule)) }
  }

  /// A run of payload; the marks that lie in it are taken from `pending`.
  mutating func body(
    _ bytes: ArraySlice<UInt8>, rawStart: Int, marks pending: inout [FaultMark], at now: Instant,
    into items: inout [FlowItem]
  ) {
    let end = rawStart + bytes.count
    var found = pending.prefix { $0.offset <= end }
    pending.removeFirst(found.count)
    for index in found.indices { found[index].offset = max(0, found[index].offset - rawStart) }
    guard splitter != nil else {
      emit(Array(bytes), Array(found), event: nil, now, &items)
      return
    }
    var position = 0
    for cut in splitter?.take(bytes) ?? [] {
      place(&found, upTo: cut.end, from: position, before: cut.bytes.count - (cut.end - position))
      block(cut.bytes, now, &items)
      position = cut.end
    }
    let open = (splitter?.openCount ?? 0) - (bytes.count - position)
    place(&found, upTo: bytes.count, from: position, before: open)
    if (splitter?.openCount ?? 0) > Self.blockBytes, let bytes = splitter?.takeOpen() {
      emit(bytes, takeMarks(), event: nil, now, &items)
    }
  }

  /// Marks that lie in no payload stand where the payload has got to.
  mutating func marksInFraming(
    upTo end: Int, marks pending: inout [FaultMark], into items: inout [FlowItem]
  ) {
    for mark in pending.prefix(while: { $0.offset <= end }) {
      pending.removeFirst()
      if let open = splitter?.openCount, open > 0 {
        var moved = mark
        moved.offset = open
        marks.append(moved)
      } else {
        items.append(.mark(rule: mark.rule))
      }
    }
  }

  mutating func end(isWhole: Bool, at now: Instant, into items: inout [FlowItem]) {
    if let rest = splitter?.takeOpen(), !rest.isEmpty {
      if EventSplitter.hasData(rest) {
        block(rest, now, &items)
      } else {
        emit(rest, takeMarks(), event: nil, now, &items)
      }
    }
    for place in places.all where place.position == .beforeLastChunk {
      items.append(.mark(rule: place.rule))
    }
    if isWhole { items.append(.end) }
  }

  /// It cannot be framed after all: what has not been handed on passes as it is.
  mutating func abandon(into items: inout [FlowItem]) {
    guard isHeadOpen else { return }
    message.isTakenApart = false
    start(into: &items)
  }

  /// Moves marks of the run into the block; `before` is how much of the block came before the run.
  private mutating func place(
    _ found: inout ArraySlice<FaultMark>, upTo end: Int, from: Int, before: Int
  ) {
    while var mark = found.first, mark.offset <= end {
      found.removeFirst()
      mark.offset = max(0, before + mark.offset - from)
      marks.append(mark)
    }
  }

  private mutating func takeMarks() -> [FaultMark] {
    defer { marks.removeAll(keepingCapacity: true) }
    return marks
  }

  private mutating func block(_ bytes: [UInt8], _ now: Instant, _ items: inout [FlowItem]) {
    guard EventSplitter.hasData(bytes) else {
      return emit(bytes, takeMarks(), event: nil, now, &items)
    }
    number += 1
    let isToken = places.selectsFirstToken && !foundToken && saysSomething(bytes)
    foundToken = foundToken || isToken
    for rule in places.selecting(number, bytes, isFirstToken: isToken) {
      items.append(.mark(rule: rule))
    }
    emit(bytes, takeMarks(), event: number, now, &items)
  }

  private func saysSomething(_ event: [UInt8]) -> Bool {
    places.dialect?.read(event).events.contains {
      if case .output = $0.kind { true } else { false }
    } ?? false
  }

  /// Pieces between the marks; the last is the end of its event.
  private func emit(
    _ bytes: [UInt8], _ marks: [FaultMark], event: Int?, _ now: Instant,
    _ items: inout [FlowItem]
  ) {
    var low = 0
    for mark in marks + [FaultMark(at: bytes.count)] {
      let high = min(mark.offset, bytes.count)
      if high > low {
        let ends = high == bytes.count && event != nil
        items.append(
          .chunk(
            FaultChunk(
              .body, bytes[low..<high], events: ends ? 1 : 0, event: event, at: now)))
        low = high
      }
      if mark.rule >= 0 { items.append(.mark(rule: mark.rule)) }
    }
  }

  /// An event longer than this passes in pieces that belong to none.
  private static let blockBytes = 1 << 20
}

extension FaultMark {
  /// The end of a block, which no rule waits for.
  fileprivate init(at offset: Int) {
    self.offset = offset
    order = .max
    rule = -1
  }
}

/// Cuts an event stream at its empty lines (WHATWG HTML section 9.2.6), so that comments never wait
/// for the event behind them.
struct EventSplitter: Sendable {
  private var open: [UInt8] = []
  private var lineIsEmpty = true
  private var afterCR = false
  private var usesCRLF = false
  private var awaitsLF = false

  var openCount: Int { open.count }

  /// Whether a block is an event with data, and not a comment or a name alone.
  static func hasData(_ block: [UInt8]) -> Bool {
    var counter = EventCounter()
    counter.feed(block.span)
    return counter.finish() || counter.count > 0
  }

  /// The blocks that these bytes complete, and where in them each ends.
  mutating func take(_ bytes: ArraySlice<UInt8>) -> [(bytes: [UInt8], end: Int)] {
    var blocks: [(bytes: [UInt8], end: Int)] = []
    for (index, byte) in bytes.enumerated() {
      if awaitsLF {
        awaitsLF = false
        if byte != .lf {
          blocks.append((takeOpen(), index))
        } else {
          open.append(byte)
          afterCR = false
          blocks.append((takeOpen(), index + 1))
          continue
        }
      }
      open.append(byte)
      if byte == .lf, afterCR {
        (afterCR, usesCRLF) = (false, true)
        continue
      }
      afterCR = byte == .cr
      guard byte == .lf || byte == .cr else {
        lineIsEmpty = false
        continue
      }
      let ends = lineIsEmpty
      lineIsEmpty = true
      guard ends else { continue }
      if byte == .cr, usesCRLF { awaitsLF = true } else { blocks.append((takeOpen(), index + 1)) }
    }
    return blocks
  }

  /// What has come of a block that is not complete.
  mutating func takeOpen() -> [UInt8] {
    defer { open = [] }
    return open
  }
}
