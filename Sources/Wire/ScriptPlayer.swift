package import Core

/// Plays a script for one request: what to send and when, one action at a time.
///
/// `due` counts from the instant the whole request had been read and adds up absolute deadlines, so
/// that lateness never accumulates. What is drawn depends on the seed and the nonce alone, so that
/// concurrency and the order of arrival change nothing. Memory does not grow with the script.
package struct ScriptPlayer: Sendable {
  package enum Action: Hashable, Sendable {
    /// The head of a stream, status 200.
    case head(due: Nanoseconds)
    /// Body bytes of one event, without transfer framing.
    case write(bytes: [UInt8], kind: WriteMark.Kind, due: Nanoseconds)
    /// One read of a recorded stream.
    case recorded(RecordedStep, due: Nanoseconds)
    /// A complete answer that is no stream; `headers` come on top of media type and length.
    case whole(status: Int, headers: [HeaderField], body: [UInt8], due: Nanoseconds)
    /// FIN without ending the framing.
    case close(due: Nanoseconds)
    /// RST after everything before it was delivered.
    case reset(due: Nanoseconds)
    /// The clean end of the body.
    case end(due: Nanoseconds)
    case stallForever

    /// Nil for a stall that never ends.
    package var due: Nanoseconds? {
      switch self {
      case .head(let due), .write(_, _, let due), .whole(_, _, _, let due), .close(let due),
        .reset(let due), .end(let due), .recorded(_, let due):
        due
      case .stallForever: nil
      }
    }

    /// Whether it is part of a stream's body.
    fileprivate var needsHead: Bool {
      switch self {
      case .write, .recorded, .end: true
      case .head, .whole, .close, .reset, .stallForever: false
      }
    }
  }

  /// How many tokens the script has, whether or not it is cut before the last.
  package let tokensPlanned: Int

  private let script: ProviderScript
  private let request: ProviderRequest
  private let dialect: any Dialect
  /// The nonce half that the tokens carry; all zeros for a request without a nonce.
  private let short: String
  private var gaps: SplitMix64
  private var clock: Nanoseconds
  private var step = 0
  /// Tokens sent in all, and in the text step that is being played.
  private var token = 0
  private var tokenOfStep = 0
  private var headIsSent = false
  /// What follows the head that was just given out.
  private var held: Action?
  private var isOver = false

  /// `seed` is the run's.
  package init(
    script: ProviderScript, request: ProviderRequest, dialect: any Dialect, seed: UInt64
  ) {
    self.script = script
    self.request = request
    self.dialect = dialect
    let nonce = request.nonce ?? Nonce(value: 0)
    short = nonce.short
    var think = SplitMix64(seed: seed, rule: RandomRule.think, ordinal: nonce.value)
    clock = script.think.sample(&think)
    gaps = SplitMix64(seed: seed, rule: RandomRule.gap, ordinal: nonce.value)
    tokensPlanned = script.steps.reduce(0) { sum, step in
      if case .text(let text) = step { sum + text.tokens } else { sum }
    }
  }

  /// The next action, or nil when the script is over.
  package mutating func next() -> Action? {
    if !request.stream || script.failsAtOnce {
      guard !isOver else { return nil }
      return finish(with: wholeAnswer())
    }
    if !headIsSent && script.headers == .atOnce {
      headIsSent = true
      return .head(due: .zero)
    }
    if let action = held {
      held = nil
      return action
    }
    guard !isOver else { return nil }
    let action = nextOfStream()
    // A head that goes with the first event waits for it: what a script cuts before its first
    // event has no head either.
    guard !headIsSent, action.needsHead, let due = action.due else { return action }
    headIsSent = true
    held = action
    return .head(due: due)
  }

  // MARK: A stream

  private mutating func nextOfStream() -> Action {
    if !script.recorded.isEmpty { return nextRecorded() }
    while step < script.steps.count {
      let current = script.steps[step]
      if case .text(let text) = current {
        if let action = nextToken(of: text) { return action }
        continue
      }
      step += 1
      if let action = play(current) { return action }
    }
    return finish(with: .end(due: clock))
  }

  /// The next read of a recording; behind the last, what its steps say of its end.
  private mutating func nextRecorded() -> Action {
    while step < script.recorded.count {
      let read = script.recorded[step]
      step += 1
      clock += read.gap
      if !read.bytes.isEmpty { return .recorded(read, due: clock) }
    }
    switch script.steps.last {
    case .close: return finish(with: .close(due: clock))
    case .reset: return finish(with: .reset(due: clock))
    case .stall(nil): return finish(with: .stallForever)
    default: return finish(with: .end(due: clock))
    }
  }

  /// The next token of a text step, or nil when the step is over.
  private mutating func nextToken(of text: TextStep) -> Action? {
    guard tokenOfStep < text.tokens else {
      step += 1
      tokenOfStep = 0
      return nil
    }
    if tokenOfStep > 0 { clock += text.gap.sample(&gaps) }
    let number = token
    token += 1
    tokenOfStep += 1
    return write(.text(TokenText.token(number, short: short)), .token(number))
  }

  /// The action of a step without tokens; nil if it only moves the clock or does not apply.
  private mutating func play(_ step: Step) -> Action? {
    switch step {
    case .role(let role): return write(.role(role), .role)
    case .text: return nil
    case .stall(let length):
      guard let length else { return finish(with: .stallForever) }
      clock += length.sample(&gaps)
      return nil
    case .comment(let text): return write(.comment(text), .comment)
    case .finish(let reason): return write(.finish(reason), .finish)
    case .usage(let usage): return request.usage ? write(.usage(usage), .usage) : nil
    case .done: return write(.terminator, .done)
    case .raw(let bytes): return .write(bytes: bytes, kind: .raw, due: clock)
    case .close: return finish(with: .close(due: clock))
    case .reset: return finish(with: .reset(due: clock))
    case .error(let error), .errorEvent(let error): return write(.error(error), .errorEvent)
    }
  }

  private func write(_ event: ScriptedEvent, _ kind: WriteMark.Kind) -> Action {
    .write(bytes: dialect.event(event, for: request), kind: kind, due: clock)
  }

  private mutating func finish(with action: Action) -> Action {
    isOver = true
    return action
  }

  // MARK: An answer in one piece

  private func answer(_ error: ErrorStep) -> Action {
    let retry = error.retryAfter.map { [HeaderField(name: "Retry-After", value: String($0))] }
    return .whole(
      status: error.status, headers: retry ?? [], body: dialect.error(error), due: clock)
  }

  /// The answer to a request that wants no stream: due when a stream would have ended.
  ///
  /// A script that cuts its stream cuts this answer before its first byte, and one that fails in
  /// mid-stream fails as a whole. Comments and raw bytes have no place in it.
  private mutating func wholeAnswer() -> Action {
    var text = ""
    var finish: String?
    var usage: UsageStep?
    for step in script.steps {
      switch step {
      case .text(let part):
        for index in 0..<part.tokens {
          if index > 0 { clock += part.gap.sample(&gaps) }
          text += TokenText.token(token, short: short)
          token += 1
        }
      case .stall(let length):
        guard let length else { return .stallForever }
        clock += length.sample(&gaps)
      case .finish(let reason): finish = reason
      case .usage(let counts): usage = counts
      case .close: return .close(due: clock)
      case .reset: return .reset(due: clock)
      case .error(let error), .errorEvent(let error): return answer(error)
      case .role, .comment, .raw, .done: break
      }
    }
    if !script.recorded.isEmpty {
      text = String(decoding: script.recordedTexts.joined(), as: UTF8.self)
    }
    let body = dialect.whole(text: text, finish: finish, usage: usage, for: request)
    return .whole(status: 200, headers: [], body: body, due: clock)
  }
}

extension ProviderScript {
  /// What each token of a recorded stream says.
  var recordedTexts: [[UInt8]] {
    recorded.flatMap(\.events).compactMap { event in
      if case .token = event.kind { event.text } else { nil }
    }
  }

  /// Whether the answer is an HTTP error instead of a stream.
  fileprivate var failsAtOnce: Bool {
    if case .error = steps.first { true } else { false }
  }
}
