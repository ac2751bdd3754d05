/// `tokens` numbered tokens, one event each, `gap` apart (before each event but the first).
package struct TextStep: Hashable, Sendable {
  package var kind: Kind
  /// Which of several answers to the same request it belongs to, from 0.
  package var choice: Int
  package var tokens: Int
  package var gap: Distribution
  /// Whether it has as many tokens as the request asks for, and `tokens` only where none are asked.
  package var isAsked = false
  /// What each of its events says; empty for numbered tokens.
  package var words: [String] = []

  package init(tokens: Int, gap: Distribution, kind: Kind = .text, choice: Int = 0) {
    self.kind = kind
    self.choice = choice
    self.tokens = tokens
    self.gap = gap
  }

  /// These words instead of numbered tokens, an event each.
  package init(
    words: [String], gap: Distribution = .zero, kind: Kind = .text, choice: Int = 0
  ) {
    self.init(tokens: words.count, gap: gap, kind: kind, choice: choice)
    self.words = words
  }

  /// Each kind numbers its own tokens.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case text, reasoning, refusal
  }
}

/// One call of a tool: its name at once, its arguments in `pieces` events, `gap` apart.
package struct ToolCallStep: Hashable, Sendable {
  package var name: String
  /// Nil for an id made from the nonce and the number of the call.
  package var id: String?
  /// A JSON object without blanks.
  package var arguments: String
  package var pieces: Int
  package var gap: Distribution
  package var choice: Int

  package init(
    name: String, id: String? = nil, arguments: String = "{}", pieces: Int = 1,
    gap: Distribution = .zero, choice: Int = 0
  ) {
    self.name = name
    self.id = id
    self.arguments = arguments
    self.pieces = pieces
    self.gap = gap
    self.choice = choice
  }

  /// The arguments in order, cut between characters into pieces as even as they can be.
  package var argumentPieces: [String] {
    let scalars = Array(arguments.unicodeScalars)
    let count = max(1, min(pieces, scalars.count))
    return (0..<count).map { index in
      var view = String.UnicodeScalarView()
      view.append(
        contentsOf: scalars[(scalars.count * index / count)..<(scalars.count * (index + 1) / count)]
      )
      return String(view)
    }
  }
}

/// Why generation ended, in the words of OpenAI (`stop`, `length`, `tool_calls`, `content_filter`),
/// which each dialect translates; other words are sent as they are.
package struct FinishStep: Hashable, Sendable, ExpressibleByStringLiteral {
  package var reason: String
  /// The custom stop sequence that was met, for dialects that name it.
  package var sequence: String?
  package var choice: Int

  package init(_ reason: String, sequence: String? = nil, choice: Int = 0) {
    self.reason = reason
    self.sequence = sequence
    self.choice = choice
  }

  package init(stringLiteral reason: String) { self.init(reason) }
}

/// Token counts as the provider reports them; odd by default so that no estimate can hit them.
package struct UsageStep: Hashable, Sendable {
  package var prompt: Int
  package var completion: Int
  package var cached: Int
  package var reasoning: Int
  /// How `prompt` comes from the request, if it does.
  package var counted: CountedTokens?
  /// Whether what an earlier turn of the conversation said was in the cache.
  package var cachesHistory = false
  /// Further members of the usage object, as they are written: `"cost":0.00042`.
  package var more = ""

  package init(prompt: Int = 1237, completion: Int = 419, cached: Int = 1024, reasoning: Int = 311)
  {
    self.prompt = prompt
    self.completion = completion
    self.cached = cached
    self.reasoning = reasoning
  }
}

/// An error answer: before the stream with its status, or inside it (`status` is then its code).
package struct ErrorStep: Hashable, Sendable {
  package var status: Int
  package var type: String
  package var message: String
  /// Nil for the code that the dialect gives the status.
  package var code: String?
  /// Whole seconds for the `Retry-After` field.
  package var retryAfter: Int?

  package init(
    status: Int = 500, type: String = "server_error", message: String = "scripted error",
    code: String? = nil, retryAfter: Int? = nil
  ) {
    self.status = status
    self.type = type
    self.message = message
    self.code = code
    self.retryAfter = retryAfter
  }
}
