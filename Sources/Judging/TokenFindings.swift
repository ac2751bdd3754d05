package import Core
import Wire

/// What the scripted tokens in an answer say about loss, repetition, order and splicing.
package struct TokenFindings: Hashable, Sendable {
  /// A token of this exchange, when the event that completed it had arrived for the first time.
  package struct Arrival: Hashable, Sendable {
    package var number: Int
    package var instant: Instant
    package var wake: UInt32
  }

  /// Own tokens in the order in which they came, each once.
  package private(set) var arrivals: [Arrival] = []
  /// Own tokens that came again.
  package private(set) var duplicated = 0
  /// Own tokens that came after one with a higher number.
  package private(set) var reordered = 0
  /// Tokens that carry another exchange's nonce.
  package private(set) var foreign = 0
  /// Bytes of the text that belong to no token.
  package private(set) var foreignBytes = 0
  /// U+FFFD in the text: the scripted text has none.
  package private(set) var replacementCharacters = 0

  /// Scans the text pieces; a token that is split over two events arrives with the second.
  package init(_ output: [Observation.OutputEvent], nonce: Nonce) {
    var scanner = TokenText.Scanner()
    /// All so far; made when one does not go beyond the last, as nearly all do.
    var seen: Set<Int>?
    var highest = -1
    var replacements = Replacements()
    let short = nonce.short
    arrivals.reserveCapacity(output.count)
    for event in output where event.kind == .text {
      scanner.feed(event.bytes.span) { token in
        guard token.short == short else {
          foreign += 1
          return
        }
        if token.number > highest {
          highest = token.number
          seen?.insert(token.number)
        } else {
          var known = seen.take() ?? numbers
          let isNew = known.insert(token.number).inserted
          seen = known
          guard isNew else {
            duplicated += 1
            return
          }
          reordered += 1
        }
        arrivals.append(
          Arrival(number: token.number, instant: event.arrival, wake: event.wake))
      }
      replacements.feed(event.bytes)
    }
    scanner.finish()
    replacementCharacters = replacements.count
    foreignBytes = scanner.foreignBytes
  }

  /// Compares with the text of a recorded answer: a token has arrived when the last of its bytes
  /// has, however the relay cut the events anew. From the first byte that differs on nothing is
  /// known of tokens any more.
  package init(_ output: [Observation.OutputEvent], texts: [[UInt8]]) {
    let expected = Array(texts.joined())
    var position = 0
    var number = 0
    /// Just past the next token.
    var end = texts.first?.count ?? 0
    for event in output where event.kind == .text {
      let next = expected[position...].prefix(event.bytes.count)
      guard foreignBytes == 0, next.elementsEqual(event.bytes) else {
        foreignBytes += event.bytes.count
        continue
      }
      position += event.bytes.count
      while number < texts.count, end <= position {
        arrivals.append(Arrival(number: number, instant: event.arrival, wake: event.wake))
        number += 1
        if number < texts.count { end += texts[number].count }
      }
    }
  }

  /// U+FFFD in UTF-8.
  static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

  package var numbers: Set<Int> { Set(arrivals.map(\.number)) }

  /// Counts U+FFFD in text that comes in pieces.
  private struct Replacements {
    var count = 0
    private var matched = 0

    mutating func feed(_ piece: [UInt8]) {
      let wanted = TokenFindings.replacement
      for byte in piece {
        matched = byte == wanted[matched] ? matched + 1 : byte == wanted[0] ? 1 : 0
        guard matched == wanted.count else { continue }
        count += 1
        matched = 0
      }
    }
  }
}
