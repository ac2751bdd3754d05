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
  /// The usage that is reported to a client without the relay, where the script's own is what a relay
  /// has made of it.
  package var direct: UsageStep?
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

  /// How many answers to the same request it gives.
  package var choices: Int {
    steps.reduce(0) { highest, step in
      switch step {
      case .text(let text): max(highest, text.choice)
      case .toolCall(let call): max(highest, call.choice)
      case .finish(let finish): max(highest, finish.choice)
      default: highest
      }
    } + 1
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
  /// A call of a tool; calls one behind the other are parallel calls of one answer.
  case toolCall(ToolCallStep)
  /// Silence with the connection open; `nil` is for ever.
  case stall(Distribution?)
  /// An SSE comment, as providers send to keep a connection alive.
  case comment(String)
  /// What the dialect's own provider sends to keep a connection alive.
  case keepAlive
  /// The chunk that says why generation ended.
  case finish(FinishStep)
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
