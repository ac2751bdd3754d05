import Core
import Foundation

/// What paired counts of input tokens say: a hidden prompt, or a tokenizer that counts more.
enum TokenFindingsByPair {
  static func of(
    _ points: [(words: Int?, relay: Int, direct: Int?)], _ lines: [TokenLine]
  ) -> [String] {
    let pairs = points.compactMap { point in point.direct.map { (relay: point.relay, direct: $0) } }
    guard let first = pairs.first else { return [] }
    let more = pairs.map { $0.relay - $0.direct }
    if more.allSatisfy({ $0 == 0 }) {
      return ["the relay counts as many input tokens as the provider in all \(pairs.count) pairs"]
    }
    let isOneLength = pairs.allSatisfy { $0.direct == first.direct }
    if Set(more).count == 1 {
      let words =
        "\(abs(more[0])) \(more[0] > 0 ? "more" : "fewer") input tokens in each of \(pairs.count) pairs"
      return [
        isOneLength
          ? words + "; all prompts have one length, so that a hidden prompt and a larger count for"
            + " each word cannot be told apart"
          : words + ", whatever the length: a hidden prompt of \(more[0]) tokens"
      ]
    }
    guard let line = lines.first(where: { $0.name.hasPrefix("relay's") }) else { return [] }
    let slope = DecimalText.percent(line.slope.value - 1, signed: true)
    let intercept = DecimalText.text(DecimalText.rounded(line.intercept.value, places: 3))
    let off = DecimalText.text(DecimalText.rounded(line.residual.value, places: 3))
    return [
      "input tokens against the direct ones: \(slope) for each token, and \(intercept) whatever the"
        + " length (least squares of \(line.n) pairs, none further off than \(off))"
    ]
  }
}

/// Whether reads of a cache come through.
struct CacheHonesty {
  private var relayReads = 0
  private var directReads = 0
  private var lost = 0
  private var gained = 0
  private var pairs = 0
  private var answers = 0

  mutating func add(_ usage: UsageBuckets, _ direct: UsageBuckets?) {
    answers += 1
    if usage.cacheRead > 0 { relayReads += 1 }
    guard let direct else { return }
    pairs += 1
    if direct.cacheRead > 0 { directReads += 1 }
    if direct.cacheRead > 0, usage.cacheRead == 0 { lost += 1 }
    if direct.cacheRead == 0, usage.cacheRead > 0 { gained += 1 }
  }

  var findings: [String] {
    var found: [String] = []
    if lost > 0 {
      found.append(
        "the cache was read in \(directReads) of \(pairs) direct answers, and \(lost) of them show no"
          + " read through the relay")
    } else if directReads > 0 {
      found.append("all \(directReads) reads of the cache are there through the relay, too")
    } else if relayReads > 0 {
      found.append("\(relayReads) of \(answers) answers show a read of the cache")
    }
    if gained > 0 {
      found.append("\(gained) answers show a read of the cache that the direct ones do not")
    }
    return found
  }
}
