import Core
import TestSupport
import Testing
import Wire

/// The short way gives what the long one gives, byte for byte, write for write and instant for
/// instant, wherever it is taken.
struct FaultPassageTests {
  /// How far two wires have been compared: what a driver does only grows, so that each comparison
  /// need look at no more than what is new.
  private struct Compared {
    private var writes = 0
    private var instants = 0

    /// Whether all that a driver does, and all that can be asked of the pipeline, is the same.
    mutating func agree(_ one: FaultWire, _ other: FaultWire) -> Bool {
      guard one.writes.count == other.writes.count, one.instants.count == other.instants.count,
        one.writes.indices.dropFirst(writes).allSatisfy({
          Bytes.same(one.writes[$0], other.writes[$0])
        }),
        one.instants.indices.dropFirst(instants).allSatisfy({
          one.instants[$0] == other.instants[$0]
        })
      else { return false }
      (writes, instants) = (one.writes.count, one.instants.count)
      return Bytes.same(one.asked, other.asked) && one.strikes == other.strikes
        && one.settled == other.settled && one.ends == other.ends
        && one.pipeline.tallies.map(\.id) == other.pipeline.tallies.map(\.id)
        && one.pipeline.tallies.map(\.tally) == other.pipeline.tallies.map(\.tally)
        && one.pipeline.events == other.pipeline.events
        && one.pipeline.nextDue == other.pipeline.nextDue
        && one.pipeline.heldBytes(.downstream) == other.pipeline.heldBytes(.downstream)
    }
  }

  private static let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)

  private static func stream(_ head: String, _ lineEnd: String, isChunked: Bool = true) -> [UInt8] {
    let events = (1...4).map { number in
      number == 2
        ? "data: {\"choices\":[{\"delta\":{\"content\":\"\u{e9}\"}}]}\(lineEnd)\(lineEnd)"
        : "data: \(number)\u{e9}\(lineEnd)\(lineEnd)"
    }
    let start = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\(head)\r\n"
    guard isChunked else { return Array((start + events.joined()).utf8) }
    return Array(start.utf8) + events.flatMap(FaultAnswers.chunk) + FaultAnswers.chunk(": x\n\n")
      + Array("0\r\n\r\n".utf8)
  }

  /// Answers in each framing and with each line end, one behind the other where that can be.
  static let answers: [[UInt8]] = [
    stream("Transfer-Encoding: chunked\r\n", "\n"),
    stream("Transfer-Encoding: chunked\r\n", "\r\n"),
    stream("Content-Length: 81\r\n", "\r", isChunked: false) + next,
    stream("", "\n", isChunked: false), Array("SSH-2.0-OpenSSH_9.2\r\n\r\ndata: 1\n\n".utf8),
  ]
  private static let next = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".utf8)

  private static let places = [
    "event(3)", "event(4)", "every(2)", "byte(150)", "byte(0)", "time(3ms)", "first-token",
    "match(\"3\")", "inside-event(3,4)", "inside-character(2)", "inside-chunk-header(5)",
    "before-last-chunk", "before-headers",
  ]
  static let rules: [[String]] =
    FaultChangeTests.literals.map { [$0] } + places.map { ["reset at \($0)"] }
    + places.map { ["pause 2ms at \($0)"] } + [
      [], ["pause 1ms at event(2)", "latency 5ms at event(4)", "stall at event(5)"],
      ["reset at event(3) p=0.5", "close at event(5) request(1)", "corrupt at byte(200)"],
    ]

  private static func pieces(_ bytes: [UInt8], _ size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min(bytes.count, $0 + size)] }
  }

  /// Feeds both wires the same, and compares after each read.
  private func compare(
    _ literals: [String], _ pieces: [ArraySlice<UInt8>], _ about: @autoclosure () -> String,
    reading: FaultPipeline.Reading = .http,
    change: (inout FaultWire, _ piece: Int) -> Void = { _, _ in }
  ) -> (same: Bool, passages: Int) {
    var long = FaultWire(literals.map { .b($0) }, reading: reading)
    var short = long
    var compared = Compared()
    short.takesShortWay = true
    for _ in 0..<2 {
      long.ask(Self.request)
      short.ask(Self.request)
    }
    for (index, piece) in pieces.enumerated() {
      change(&long, index)
      change(&short, index)
      long.receive(piece)
      short.receive(piece)
      for _ in 0..<2 {
        guard compared.agree(long, short) else {
          Issue.record("\(literals), \(about()), piece \(index): the ways differ")
          return (false, short.passages)
        }
        long.wait(.milliseconds(1))
        short.wait(.milliseconds(1))
      }
    }
    long.finish()
    short.finish()
    long.wait(.seconds(1))
    short.wait(.seconds(1))
    guard compared.agree(long, short) else {
      Issue.record("\(literals), \(about()): the ends differ")
      return (false, short.passages)
    }
    return (true, short.passages)
  }

  @Test(arguments: rules)
  func bothWaysInPieces(_ literals: [String]) {
    let turn = Self.rules.firstIndex(of: literals) ?? 0
    for (index, answer) in Self.answers.enumerated() {
      // Half of the sizes for each answer, the other half for the next one and under the next rule.
      for size in (turn + index) % 2 == 0 ? [1, 16, 31] : [3, 7, 64] {
        let pieces = Self.pieces(answer, size)
        guard compare(literals, pieces, "\(pieces.count) of \(pieces[0].count)").same else {
          return
        }
      }
    }
  }

  /// Rules that come after bytes have passed the short way find their places all the same.
  @Test(arguments: rules)
  func bothWaysWithRulesThatComeAndGo(_ literals: [String]) {
    let answer = Self.answers[0] + Self.answers[1]
    let pieces = Self.pieces(answer, 29)
    for first in pieces.indices {
      let outcome = compare(["reset at event(1000)"], pieces, "added at \(first)") { wire, piece in
        for (id, literal) in literals.enumerated() {
          if piece == first { wire.install(literal, id: 10 + id) }
          if piece == first + 3 { wire.update(literal, id: 10 + id) }
          if piece == first + 6 { wire.withdraw(id: 10 + id) }
        }
      }
      guard outcome.same else { return }
    }
  }

  @Test func bothWaysWhereNothingIsRead() {
    for literals in [[], ["reset at byte(150)"], ["latency 2ms p=0.5"], ["pause 2ms at time(3ms)"]]
    {
      for pieces in everyCut(Self.answers[0]) {
        guard compare(literals, pieces, "bytes", reading: .bytes).same else { return }
      }
    }
  }

  /// It would be of no use if it were never taken.
  @Test func mostReadsOfAStreamTakeIt() {
    let (bytes, ends) = FaultAnswers.stream(40)
    var from = 0
    let pieces = (ends.map { $0 + 2 } + [bytes.count]).map { end in
      defer { from = end }
      return bytes[from..<end]
    }
    for literals in [
      [], ["reset at event(1000)"], ["latency 1ms p=0.0"], ["pause 1ms at event(20)"],
    ] {
      let outcome = compare(literals, pieces, "by event")
      // Not the head, nor the last chunk, nor an event at which a rule waits.
      #expect(outcome.same && outcome.passages >= 38)
    }
  }
}
