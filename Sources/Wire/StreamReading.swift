/// One body read in its dialect, after the stream ended: neutral events in the order they came.
package struct StreamReading: Hashable, Sendable {
  package var events: [NeutralEvent]
  /// Whether bytes of an unfinished event were left at the end of the body (offset of the first).
  package var danglingFrom: Int?

  package init(events: [NeutralEvent] = [], danglingFrom: Int? = nil) {
    self.events = events
    self.danglingFrom = danglingFrom
  }
}

/// What one event of a stream says, whatever the dialect. One wire event may give several.
package struct NeutralEvent: Hashable, Sendable {
  package var kind: Kind
  /// Offset in the decoded body of the event's first byte, and just past its last byte (the line
  /// end that dispatches it included): an event has arrived when byte `end - 1` has.
  package var start: Int
  package var end: Int
  /// Which of several answers to the same request it belongs to.
  package var choice: Int
  /// Which of the answer's tool calls, counted from 0, for what belongs to one.
  package var call: Int?

  package init(kind: Kind, start: Int, end: Int, choice: Int = 0, call: Int? = nil) {
    self.choice = choice
    self.call = call
    self.kind = kind
    self.start = start
    self.end = end
  }

  package enum Kind: Hashable, Sendable {
    /// Visible output: text, refusal or tool-call arguments, as UTF-8, never empty.
    case output(Output, [UInt8])
    /// Reasoning or thinking output, as UTF-8, never empty.
    case reasoning([UInt8])
    /// A call of a tool begins.
    case toolCall(ToolCallStart)
    case role(String)
    case finish(String)
    case usage(TokenUsage)
    case terminator
    case error(StreamError)
    case comment
    /// A well-formed event that says nothing (an empty delta, a ping).
    case empty
    /// An event whose payload does not parse, and why.
    case malformed(String)
  }

  package enum Output: Hashable, Sendable {
    case text, refusal, toolArguments
  }
}

/// What is said once of a call: some providers say it all in the call's first event.
package struct ToolCallStart: Hashable, Sendable {
  package var id: String?
  package var name: String?

  package init(id: String? = nil, name: String? = nil) {
    self.id = id
    self.name = name
  }
}

/// What one wire event says, before it is known where the event stood.
struct Said: Hashable, Sendable {
  var kind: NeutralEvent.Kind
  var choice = 0
  var call: Int?

  init(_ kind: NeutralEvent.Kind, choice: Int = 0, call: Int? = nil) {
    self.kind = kind
    self.choice = choice
    self.call = call
  }

  func event(start: Int, end: Int) -> NeutralEvent {
    NeutralEvent(kind: kind, start: start, end: end, choice: choice, call: call)
  }
}

/// Token counts as reported, in the dialect's own sense of each.
package struct TokenUsage: Hashable, Sendable {
  package var prompt: Int
  package var completion: Int
  package var cached: Int?
  package var reasoning: Int?

  package init(prompt: Int, completion: Int, cached: Int? = nil, reasoning: Int? = nil) {
    self.prompt = prompt
    self.completion = completion
    self.cached = cached
    self.reasoning = reasoning
  }
}

/// An error object of a dialect, before or inside a stream.
package struct StreamError: Hashable, Sendable {
  package var message: String
  package var type: String?
  package var code: String?

  package init(message: String, type: String? = nil, code: String? = nil) {
    self.message = message
    self.type = type
    self.code = code
  }
}
