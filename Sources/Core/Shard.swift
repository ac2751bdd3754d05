/// One of several machines that share a run: machine `index` of `count`.
package struct Shard: Hashable, Sendable, Codable {
  /// From 1.
  package var index: Int
  package var count: Int

  /// Nil unless 1 ≤ `index` ≤ `count` ≤ `Limits.shards`.
  package init?(index: Int, count: Int) {
    guard 1...Limits.shards ~= count, 1...count ~= index else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads `2/3`; the message says what is wrong with what is none.
  package init(literal text: String) throws(LiteralError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Self.number(parts[0]), let count = Self.number(parts[1])
    else {
      throw LiteralError(
        offset: 0, message: "expected I/N, such as 2/3 for the second of three machines")
    }
    guard count >= 1 else {
      throw LiteralError(offset: 0, message: "there must be at least one machine")
    }
    guard count <= Limits.shards else {
      throw LiteralError(offset: 0, message: "at most \(Limits.shards) machines can share a run")
    }
    guard let shard = Shard(index: index, count: count) else {
      throw LiteralError(
        offset: 0, message: "machines are counted from 1 to \(count), and \(index) is none of them")
    }
    self = shard
  }

  /// A whole number without sign, as machines write it; nil for everything else.
  static func number(_ text: some StringProtocol) -> Int? {
    text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ? Int(text) : nil
  }
}

extension Shard {
  private enum CodingKeys: String, CodingKey { case index, count }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let index = try container.decode(Int.self, forKey: .index)
    let count = try container.decode(Int.self, forKey: .count)
    guard let shard = Shard(index: index, count: count) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath, debugDescription: "there is no shard \(index)/\(count)"))
    }
    self = shard
  }
}

extension Shard: CustomStringConvertible {
  package var description: String { "\(index)/\(count)" }
}

/// Which exchanges of a plan are one machine's.
///
/// Of an open loop every `count`-th. Of a closed loop its slots are dealt out like that, and each
/// brings the ordinals that would be its own if all slots took turns, so that a machine has as large
/// a share of the exchanges as it has of the slots. The turns of a conversation, which follow one
/// another, stay together. Either way each ordinal is exactly one machine's.
package struct PlanShare: Hashable, Sendable {
  /// Nil for all of it.
  package let shard: Shard?
  /// How many conversations it takes until owners repeat.
  private let period: Int
  /// Exchanges of one conversation.
  private let turns: Int

  /// - Parameters:
  ///   - slots: of a closed loop, at least as many as machines unless some are to have nothing; nil
  ///     for an open loop.
  ///   - turns: exchanges that belong together, from each multiple of them on.
  package init(_ shard: Shard?, slots: Int?, turns: Int = 1) {
    self.shard = shard
    self.turns = max(1, turns)
    period = max(1, slots ?? shard?.count ?? 1)
  }

  package func owns(_ ordinal: Int) -> Bool { owns(slot: ordinal / turns % period) }

  package func owns(slot: Int) -> Bool {
    guard let shard else { return true }
    return slot % shard.count == shard.index - 1
  }

  /// How many of the first `end` exchanges are its own.
  package func count(below end: Int) -> Int {
    guard shard != nil else { return max(0, end) }
    guard end > 0 else { return 0 }
    let (whole, rest) = end.quotientAndRemainder(dividingBy: turns)
    let conversations = whole / period * slots(below: period) + slots(below: whole % period)
    return conversations * turns + (rest > 0 && owns(whole * turns) ? rest : 0)
  }

  package func count(in range: Range<Int>) -> Int {
    count(below: range.upperBound) - count(below: range.lowerBound)
  }

  /// How many of the first `end` slots are its own.
  package func slots(below end: Int) -> Int {
    guard let shard else { return max(0, end) }
    return end >= shard.index ? (end - shard.index) / shard.count + 1 : 0
  }
}
