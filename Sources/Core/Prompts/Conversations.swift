/// What was said so far in the conversations of a run that are under way.
///
/// Exchange `ordinal` is turn `ordinal % turns` of conversation `ordinal / turns`, so that nonces and
/// prompts do not depend on which conversation was faster.
package struct Conversations: Sendable {
  private let traffic: Traffic
  private let seed: UInt64
  private let turns: Int
  private var histories: [Int: [Prompt.Message]] = [:]
  /// Turns that were not sent because one before them brought no answer.
  package private(set) var unsaid = 0

  package init(_ traffic: Traffic, seed: UInt64) {
    self.traffic = traffic
    self.seed = seed
    turns = traffic.prompt.turns.count
  }

  /// What this exchange says; until `next` is called for it this gives the same each time.
  package func prompt(of ordinal: Int) -> Prompt {
    let history = turns > 1 ? histories[ordinal / turns] ?? [] : []
    return traffic.prompt(of: ordinal, seed: seed, history: history)
  }

  /// The turn that follows; nil behind the last one and behind one without an answer, since the
  /// next would carry it.
  /// - Parameter total: how many exchanges there are in all.
  package mutating func next(after ordinal: Int, answer: String?, total: Int) -> Int? {
    let (conversation, turn) = ordinal.quotientAndRemainder(dividingBy: turns)
    let left = min(turns - 1 - turn, total - 1 - ordinal)
    guard let answer, left > 0 else {
      histories[conversation] = nil
      unsaid += max(0, left)
      return nil
    }
    histories[conversation] =
      prompt(of: ordinal).messages + [Prompt.Message(role: .assistant, text: answer)]
    return ordinal + 1
  }
}
