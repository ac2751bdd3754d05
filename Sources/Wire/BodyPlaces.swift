import Core

/// Finds the places of one message that lie in its body or in the framing of it.
struct BodyPlaces: Sendable {
  private var places: FaultPlaces
  private var headEnd = 0
  /// Just past the last payload; before any, the end of the head.
  private var dataEnd: Int?
  /// Runs of framing between runs of payload, each of which opens a chunk.
  private var chunks = 0
  private var isOpenMarked = false
  private var isLastMarked = false
  private var runs: [Range<Int>] = []

  private var counter = EventCounter()
  private var eventBytes = 0
  private var atLineStart = true
  private var lastByte: UInt8 = 0
  private var characters = 0
  /// How much of each text has been matched, by rule; negative when it was found.
  private var matched: [Int: Int] = [:]

  private var tokenText: [UInt8] = []
  /// Where each run of `tokenText` begins, decoded and raw.
  private var tokenRuns: [(decoded: Int, raw: Int)] = []
  private(set) var foundToken = false

  init(_ places: FaultPlaces) { self.places = places }

  mutating func change(_ places: FaultPlaces) { self.places = places }

  mutating func headEnds(at offset: Int) { headEnd = offset }

  /// The kept runs of payload since the last call.
  mutating func takeRuns() -> [Range<Int>] {
    defer { runs.removeAll(keepingCapacity: true) }
    return runs
  }

  /// - Parameter keepsRun: the message is taken apart.
  mutating func data(
    _ bytes: ArraySlice<UInt8>, rawStart: Int, keepsRun: Bool, into marks: inout [FaultMark]
  ) {
    if rawStart > dataEnd ?? headEnd {
      markOpenChunk(to: rawStart, from: 0, into: &marks)
      chunks += 1
      isOpenMarked = false
    }
    dataEnd = rawStart + bytes.count
    if keepsRun { runs.append(rawStart..<(rawStart + bytes.count)) }
    if places.needsTokens, !foundToken, tokenText.count < Self.tokenTextBytes {
      tokenRuns.append((tokenText.count, rawStart))
      tokenText += bytes
    }
    if places.needsBytes { look(at: bytes, rawStart: rawStart, into: &marks) }
  }

  /// The same for all runs of payload of some bytes among which no rule waits for a place.
  mutating func pass(_ passage: HTTPMessageScanner.Passage) {
    guard passage.runs > 0 else { return }
    let opened = passage.runs - (passage.start > dataEnd ?? headEnd ? 0 : 1)
    if opened > 0 {
      chunks += opened
      isOpenMarked = false
    }
    dataEnd = passage.end
  }

  mutating func event(_ number: Int, rawEnd: Int, into marks: inout [FaultMark]) {
    places.event(number, rawEnd: rawEnd, into: &marks)
    guard places.needsTokens, !foundToken, let end = firstTokenEnd() else { return }
    foundToken = true
    guard let run = tokenRuns.last(where: { $0.decoded < end }) else { return }
    for place in places.all where !place.selects && place.position == .firstToken {
      marks.append(FaultMark(place, at: run.raw + end - run.decoded))
    }
    (tokenText, tokenRuns) = ([], [])
  }

  private func firstTokenEnd() -> Int? {
    places.dialect?.read(tokenText).events.first {
      if case .output = $0.kind { true } else { false }
    }?.end
  }

  // MARK: - Framing

  /// Marks in the framing that stands open at the end of what has come. `bytes` begins at `from`.
  mutating func framing(
    from: Int, to: Int, bytes: ArraySlice<UInt8>, into marks: inout [FaultMark]
  ) {
    markOpenChunk(to: to, from: from, into: &marks)
    guard places.needsLastChunk, !isLastMarked, sizeLine < to, sizeLine >= from else { return }
    let line = bytes.dropFirst(sizeLine - from).prefix(to - sizeLine)
    guard line.first == UInt8(ascii: "0"),
      let next = line.first(where: { $0 != UInt8(ascii: "0") }), next.hexValue == nil
    else { return }
    isLastMarked = true
    for place in places.all where place.position == .beforeLastChunk {
      marks.append(FaultMark(place, at: sizeLine))
    }
  }

  /// How many bytes before `end` are the zeros of a size line that is not complete.
  func openZeros(upTo end: Int, last: ArraySlice<UInt8>) -> Int {
    guard places.needsLastChunk, headEnd > 0, sizeLine < end, end - sizeLine <= last.count,
      last.suffix(end - sizeLine).allSatisfy({ $0 == UInt8(ascii: "0") })
    else { return 0 }
    return end - sizeLine
  }

  /// Where the next line with a chunk's size begins, if the coding is chunked.
  private var sizeLine: Int { dataEnd.map { $0 + 2 } ?? headEnd }

  private mutating func markOpenChunk(to end: Int, from: Int, into marks: inout [FaultMark]) {
    guard places.needsChunkHeaders, headEnd > 0, !isOpenMarked, sizeLine + 1 <= end,
      sizeLine + 1 > from
    else { return }
    isOpenMarked = true
    for place in places.all where place.position == .insideChunkHeader(chunks + 1) {
      marks.append(FaultMark(place, at: sizeLine + 1))
    }
  }

  // MARK: - Every byte

  private mutating func look(
    at bytes: ArraySlice<UInt8>, rawStart: Int, into marks: inout [FaultMark]
  ) {
    var ends: [Int] = []
    var events = counter.count
    bytes.withSpan { span in
      var position = 0
      while let end = counter.next(in: span, at: &position, to: span.count) { ends.append(end) }
    }
    var nextEnd = 0
    for (index, byte) in bytes.enumerated() {
      while nextEnd < ends.count, ends[nextEnd] <= index {
        nextEnd += 1
        events += 1
        eventBytes = 0
      }
      countInEvent(byte)
      if byte >= 0xC2 { characters += 1 }
      for place in places.all where hasCome(place, byte, event: events + 1) {
        marks.append(FaultMark(place, at: rawStart + index + 1))
      }
    }
    if ends.last == bytes.count { eventBytes = 0 }
  }

  private mutating func hasCome(_ place: FaultPlaces.Place, _ byte: UInt8, event: Int) -> Bool {
    if place.selects { return false }
    switch place.position {
    case .insideEvent(event, let count): return eventBytes == count && isCounted
    case .insideCharacter(characters): return byte >= 0xC2
    case .match(let text):
      let before = matched[place.rule] ?? 0
      guard before >= 0 else { return false }
      let now = Self.advance(before, byte, in: text)
      matched[place.rule] = now == text.count ? -1 : now
      return now == text.count
    default: return false
    }
  }

  private var isCounted = false

  /// Bytes into an event count from its first line that is no comment.
  private mutating func countInEvent(_ byte: UInt8) {
    isCounted = false
    let isLineEnd = byte == .lf || byte == .cr
    if atLineStart {
      if byte == .lf, lastByte == .cr {
        lastByte = byte
        return
      }
      if isLineEnd { eventBytes = 0 }
      isComment = byte == .colon && eventBytes == 0
    }
    atLineStart = isLineEnd
    lastByte = byte
    guard !isComment, !(isLineEnd && eventBytes == 0) else { return }
    eventBytes += 1
    isCounted = true
  }

  private var isComment = false

  /// How much of the text matches once this byte has come (Knuth, Morris and Pratt 1977, with the
  /// borders found when they are needed: texts are short).
  private static func advance(_ matched: Int, _ byte: UInt8, in text: [UInt8]) -> Int {
    var length = matched
    while true {
      if text[length] == byte { return length + 1 }
      guard length > 0 else { return 0 }
      length = border(of: length, in: text)
    }
  }

  private static func border(of length: Int, in text: [UInt8]) -> Int {
    for shorter in stride(from: length - 1, to: 0, by: -1)
    where text[..<shorter] == text[(length - shorter)..<length] {
      return shorter
    }
    return 0
  }

  /// A stream that has said nothing in so much text will not be read further for its first token.
  private static let tokenTextBytes = 1 << 20
}
