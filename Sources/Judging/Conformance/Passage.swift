package import Core
import Wire

/// One stimulus as it was played: what came without the relay and what came through it.
package struct Passage: Sendable {
  package let stimulus: Stimulus
  package let pair: Pair
  /// Without the relay; empty where the provider is not ours.
  package let direct: [Observation]
  /// Through the relay; in the run without it, the same as `direct`.
  package let seen: [Observation]

  package init(
    stimulus: Stimulus, pair: Pair, direct: [Observation], seen: [Observation]
  ) {
    self.stimulus = stimulus
    self.pair = pair
    self.direct = direct
    self.seen = seen
  }

  /// The run without the relay, to be judged by itself.
  package var baseline: Passage {
    Passage(
      stimulus: stimulus, pair: Pair(face: pair.upstream, upstream: pair.upstream), direct: direct,
      seen: direct)
  }

  package var script: ProviderScript { stimulus.script }

  /// The text that the script sends for this exchange, choice by choice.
  package func text(of nonce: Nonce, choice: Int = 0) -> [UInt8] {
    ScriptWords(script, nonce: nonce).text(choice)
  }
}

/// What a script says, put together as a client puts together what it gets.
package struct ScriptWords: Hashable, Sendable {
  private var texts: [Int: [UInt8]] = [:]
  package private(set) var reasoning: [UInt8] = []
  package private(set) var refusal: [UInt8] = []

  package init(_ script: ProviderScript, nonce: Nonce) {
    var numbers: [TextStep.Kind: Int] = [:]
    for case .text(let step) in script.steps {
      for index in 0..<step.tokens {
        guard step.words.isEmpty else {
          add(Array(step.words[index].utf8), step)
          continue
        }
        let number = numbers[step.kind, default: 0]
        numbers[step.kind] = number + 1
        let letter =
          switch step.kind {
          case .text: "t"
          case .reasoning: "r"
          case .refusal: "n"
          }
        add(Array(TokenText.token(number, short: nonce.short, letter: letter).utf8), step)
      }
    }
  }

  private mutating func add(_ words: [UInt8], _ step: TextStep) {
    switch step.kind {
    case .text: texts[step.choice, default: []] += words
    case .reasoning: reasoning += words
    case .refusal: refusal += words
    }
  }

  package func text(_ choice: Int = 0) -> [UInt8] { texts[choice] ?? [] }
}
