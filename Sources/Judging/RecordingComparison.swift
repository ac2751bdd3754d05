package import Core
import Stats
import Wire

/// How far one recording is another: what a replay that was recorded again has kept.
///
/// Answers are compared where requests are equal (method, target and body), in their order. Heads of
/// requests are not: each client writes its own.
package struct RecordingComparison: Hashable, Sendable {
  /// Requests of the first, how many of them the second has not, and how many it has besides.
  package private(set) var requests = 0
  package private(set) var missing = 0
  package private(set) var extra = 0
  /// Answers whose bytes differ, or whose connection ended otherwise.
  package private(set) var otherBytes = 0
  package private(set) var otherEnds = 0
  /// Reads of the first, and how many of them do not begin and end at the same bytes in the second:
  /// they came together with others, or in parts.
  package private(set) var reads = 0
  package private(set) var otherReads = 0
  /// By how much intervals differ, signs left out: between the starts of two requests in a
  /// row, from a request to the first read of its answer, and between two reads in a row.
  package private(set) var starts: Spread?
  package private(set) var firsts: Spread?
  package private(set) var gaps: Spread?

  /// How errors are spread.
  package struct Spread: Hashable, Sendable {
    package let n: Int
    package let p50, p99, max: Nanoseconds

    fileprivate init?(_ errors: [Double]) {
      guard let summary = Summary(errors, keeping: 0) else { return nil }
      n = summary.n
      p50 = Nanoseconds(Int64(summary.p50))
      p99 = Nanoseconds(Int64(summary.p99))
      max = Nanoseconds(Int64(summary.max))
    }
  }

  /// Whether the bytes and the boundaries of all reads are the same.
  package var isExact: Bool { missing + extra + otherBytes + otherEnds + otherReads == 0 }

  /// - Parameter speed: that of the replay between the two.
  package init(
    _ first: [RecordedExchange], _ second: [RecordedExchange], speed: Double = 1
  ) {
    var errors = Errors(speed: speed)
    var rest = Dictionary(grouping: second.indices) { Key(second[$0].request) }
    var matched: [(RecordedExchange, RecordedExchange)] = []
    requests = first.count
    for exchange in first {
      guard let index = rest[Key(exchange.request)]?.first else {
        missing += 1
        continue
      }
      rest[Key(exchange.request)]?.removeFirst()
      matched.append((exchange, second[index]))
    }
    extra = second.count - matched.count
    matched.sort { $0.0.startedAt < $1.0.startedAt }
    for (last, next) in zip(matched, matched.dropFirst()) {
      errors.starts.append(
        errors.of(next.0.startedAt - last.0.startedAt, next.1.startedAt - last.1.startedAt))
    }
    for (before, after) in matched { compare(before, after, &errors) }
    starts = Spread(errors.starts)
    firsts = Spread(errors.firsts)
    gaps = Spread(errors.gaps)
  }

  private mutating func compare(
    _ before: RecordedExchange, _ after: RecordedExchange, _ errors: inout Errors
  ) {
    reads += before.pieces.count
    if before.pieces.flatMap(\.bytes) != after.pieces.flatMap(\.bytes) {
      otherBytes += 1
      otherReads += before.pieces.count
      return
    }
    if before.end?.how != after.end?.how { otherEnds += 1 }
    let there = Dictionary(uniqueKeysWithValues: zip(Self.spans(after), after.pieces))
    // The read before this one, if it is the same in both.
    var previous: (RecordedPiece, RecordedPiece)?
    for (index, (piece, span)) in zip(before.pieces, Self.spans(before)).enumerated() {
      guard let same = there[span] else {
        otherReads += 1
        previous = nil
        continue
      }
      if index == 0 {
        errors.firsts.append(errors.of(piece.after, same.after))
      } else if let previous {
        errors.gaps.append(
          errors.of(piece.after - previous.0.after, same.after - previous.1.after))
      }
      previous = (piece, same)
    }
  }

  /// Where in the answer each read lies.
  private static func spans(_ exchange: RecordedExchange) -> [Range<Int>] {
    var end = 0
    return exchange.pieces.map { piece in
      defer { end += piece.bytes.count }
      return end..<(end + piece.bytes.count)
    }
  }

  /// What makes two requests equal.
  private struct Key: Hashable {
    var method, target: String
    var body: [UInt8]

    init(_ request: RecordedRequest?) {
      method = request?.method ?? ""
      target = SecretMasker.comparable(target: request?.target ?? "")
      body = request?.body ?? []
    }
  }

  private struct Errors {
    let speed: Double
    var starts: [Double] = []
    var firsts: [Double] = []
    var gaps: [Double] = []

    init(speed: Double) { self.speed = speed }

    func of(_ planned: Nanoseconds, _ seen: Nanoseconds) -> Double {
      abs(Double(seen.count) - Double(planned.count) / speed)
    }
  }
}
