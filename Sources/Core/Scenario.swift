/// One scenario file, read and checked: what the provider plays, what the client sends, what goes
/// wrong on the way, and what must hold.
package struct Scenario: Hashable, Sendable {
  package var name: String
  /// One line for reports and `list scenarios`.
  package var about: String
  package var provider: ProviderScript
  package var traffic: Traffic
  package var faults: [FaultRule]
  package var expect: [Expectation]
  /// What a stream must reach, all of it together, to count as good.
  package var goodput: [Expectation]

  package init(
    name: String, about: String = "", provider: ProviderScript = ProviderScript(),
    traffic: Traffic = Traffic(), faults: [FaultRule] = [], expect: [Expectation] = [],
    goodput: [Expectation] = []
  ) {
    self.name = name
    self.about = about
    self.provider = provider
    self.traffic = traffic
    self.faults = faults
    self.expect = expect
    self.goodput = goodput
  }
}

/// What the scripted provider plays for each request.
package struct ProviderScript: Hashable, Sendable {
  /// From the end of the request to the first byte of the answer.
  package var think: Distribution
  /// When the response head leaves: with the first event, as providers do, or at once.
  package var headers: HeaderTiming
  /// What is played; of a recording: what its stream says in these words, and how it ends.
  package var steps: [Step]
  /// The reads of a recorded stream, which are played instead of the steps; empty without one.
  package var recorded: [RecordedStep]

  package init(
    think: Distribution = .constant(.milliseconds(20)), headers: HeaderTiming = .withFirstEvent,
    steps: [Step] = ProviderScript.plainSteps, recorded: [RecordedStep] = []
  ) {
    self.think = think
    self.headers = headers
    self.steps = steps
    self.recorded = recorded
  }

  package enum HeaderTiming: String, Hashable, Sendable, CaseIterable {
    case withFirstEvent = "with-first-event"
    case atOnce = "at-once"
  }

  /// A healthy short answer: role, 20 tokens 10 ms apart, finish, usage, terminator.
  package static let plainSteps: [Step] = [
    .role("assistant"), .text(TextStep(tokens: 20, gap: .constant(.milliseconds(10)))),
    .finish("stop"), .usage(UsageStep()), .done,
  ]
}

/// One step of a script. After the last step the body ends with clean framing.
package enum Step: Hashable, Sendable {
  /// The role-only chunk that opens a stream; never an output event.
  case role(String)
  case text(TextStep)
  /// Silence with the connection open; `nil` is for ever.
  case stall(Distribution?)
  /// An SSE comment, as providers send to keep a connection alive.
  case comment(String)
  /// The chunk that says why generation ended.
  case finish(String)
  /// The usage chunk; sent only when the request asked for it, as the provider would.
  case usage(UsageStep)
  /// The dialect's terminal marker.
  case done
  /// Bytes put into the body as they are, in one chunk of their own.
  case raw([UInt8])
  /// FIN without ending the framing: a cut stream.
  case close
  /// RST after everything before it was delivered.
  case reset
  /// An HTTP error instead of a stream; only as the single step of a script.
  case error(ErrorStep)
  /// An error inside the running stream, in the dialect's shape.
  case errorEvent(ErrorStep)
}

/// `tokens` numbered tokens, one event each, `gap` apart (before each event but the first).
package struct TextStep: Hashable, Sendable {
  package var tokens: Int
  package var gap: Distribution
  /// Whether it has as many tokens as the request asks for, and `tokens` only where none are asked.
  package var isAsked = false

  package init(tokens: Int, gap: Distribution) {
    self.tokens = tokens
    self.gap = gap
  }
}

/// Token counts as the provider reports them; odd by default so that no estimate can hit them.
package struct UsageStep: Hashable, Sendable {
  package var prompt: Int
  package var completion: Int
  package var cached: Int
  package var reasoning: Int

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
