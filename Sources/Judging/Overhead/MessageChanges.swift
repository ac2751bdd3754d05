import Core
import Wire

/// What a relay did to the messages of a request: those of both sides are aligned by their texts, and
/// what is left over was added, dropped or changed.
enum MessageChanges {
  static func between(_ direct: RequestWords, _ relay: RequestWords) -> [Overhead.MessageChange] {
    let before = Array(direct.messages.prefix(Limits.alignedMessages))
    let after = Array(relay.messages.prefix(Limits.alignedMessages))
    var found: [Overhead.MessageChange] = []
    var (left, right) = (0, 0)
    for (i, j) in aligned(before.map(\.text), after.map(\.text)) + [(before.count, after.count)] {
      found += changes(before[left..<i], after[right..<j])
      if i < before.count { found += role(before[i], after[j]) }
      (left, right) = (i + 1, j + 1)
    }
    return found
  }

  /// A longest common subsequence, as pairs of places.
  private static func aligned(_ a: [[UInt8]], _ b: [[UInt8]]) -> [(Int, Int)] {
    var lengths = Array(
      repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in a.indices.reversed() {
      for j in b.indices.reversed() {
        lengths[i][j] =
          a[i] == b[j]
          ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
      }
    }
    var pairs: [(Int, Int)] = []
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if a[i] == b[j] {
        pairs.append((i, j))
        (i, j) = (i + 1, j + 1)
      } else if lengths[i + 1][j] >= lengths[i][j + 1] {
        i += 1
      } else {
        j += 1
      }
    }
    return pairs
  }

  /// Between two messages that are the same on both sides.
  private static func changes(
    _ before: ArraySlice<RequestWords.Message>, _ after: ArraySlice<RequestWords.Message>
  ) -> [Overhead.MessageChange] {
    var gone = Array(before)
    var found: [Overhead.MessageChange] = []
    for message in after {
      // What was sent may stand inside of what came, with something before or behind it.
      if let place = gone.firstIndex(where: { remains(of: $0.text, in: message.text) }) {
        let sent = gone.remove(at: place)
        found.append(change(.changed, message.role, inserted(sent.text, message.text)))
      } else {
        found.append(change(.added, message.role, message.text))
      }
    }
    return found + gone.map { change(.dropped, $0.role, $0.text) }
  }

  private static func role(
    _ before: RequestWords.Message, _ after: RequestWords.Message
  ) -> [Overhead.MessageChange] {
    // Formats have other words for the same (`model`, `assistant`), but nobody else's is the system's.
    let system = ["system", "developer"]
    guard system.contains(before.role) != system.contains(after.role) else { return [] }
    return [change(.changed, after.role, Array("(was of the role \(before.role))".utf8))]
  }

  /// At least half of what was sent is at the beginning or the end of what came.
  private static func remains(of sent: [UInt8], in got: [UInt8]) -> Bool {
    let (front, back) = common(sent, got)
    return 2 * (front + back) >= sent.count && front + back > 0
  }

  private static func common(_ a: [UInt8], _ b: [UInt8]) -> (front: Int, back: Int) {
    let most = min(a.count, b.count)
    var front = 0
    while front < most, a[front] == b[front] { front += 1 }
    var back = 0
    while back < most - front, a[a.count - 1 - back] == b[b.count - 1 - back] { back += 1 }
    return (front, back)
  }

  /// What came in the midst; what is there now if nothing more did.
  private static func inserted(_ sent: [UInt8], _ got: [UInt8]) -> [UInt8] {
    let (front, back) = common(sent, got)
    let middle = Array(got[front..<(got.count - back)])
    return middle.isEmpty ? got : middle
  }

  private static func change(
    _ change: Overhead.Kind, _ role: String, _ text: [UInt8]
  ) -> Overhead.MessageChange {
    .init(
      change, role: role, text: PublicValue.short(text, Limits.overheadMessageBytes),
      words: RequestWords.words(text))
  }
}
