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
    /// One read of a recorded stream; also several scripted events that a dialect says in one.
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

  let script: ProviderScript
  let request: ProviderRequest
  let dialect: any Dialect
  private var writer: any StreamWriter
  /// Numbers the tokens and calls, also of an answer in one piece.
  var numbers: ScriptNumbers
  var gaps: SplitMix64
  var clock: Nanoseconds
  private var step = 0
  /// Tokens sent in the text step that is being played, or events of the call.
  private var eventOfStep = 0
  private var call: (scripted: ScriptedCall, pieces: [String])?
  private var headIsSent = false
  /// What was given to the writer and has not come out of it.
  private var unwritten: [WriteMark.Kind] = []
  /// What follows what was just given out.
  private var held: [Action] = []
  private var isOver = false

  /// `seed` is the run's.
  package init(
    script: ProviderScript, request: ProviderRequest, dialect: any Dialect, seed: UInt64
  ) {
    self.script = script
    self.request = request
    self.dialect = dialect
    writer = dialect.writer(for: request, plan: AnswerPlan(script))
    let nonce = request.nonce ?? Nonce(value: 0)
    numbers = ScriptNumbers(short: nonce.short)
    var think = SplitMix64(seed: seed, rule: RandomRule.think, ordinal: nonce.value)
    clock = script.think.sample(&think)
    gaps = SplitMix64(seed: seed, rule: RandomRule.gap, ordinal: nonce.value)
    tokensPlanned = script.steps.reduce(0) { sum, step in
      if case .text(let text) = step, text.kind == .text, text.words.isEmpty {
        sum + text.tokens
      } else {
        sum
      }
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
    if !held.isEmpty { return held.removeFirst() }
    guard !isOver else { return nil }
    let action = nextOfStream()
    // A head that goes with the first event waits for it: what a script cuts before its first
    // event has no head either.
    guard !headIsSent, action.needsHead, let due = action.due else { return action }
    headIsSent = true
    held.insert(action, at: 0)
    return .head(due: due)
  }

  // MARK: A stream

  private mutating func nextOfStream() -> Action {
    if !script.recorded.isEmpty { return nextRecorded() }
    while step < script.steps.count {
      let action: Action?
      switch script.steps[step] {
      case .text(let text): action = nextToken(of: text)
      case .toolCall(let call): action = nextPiece(of: call)
      case let current:
        step += 1
        action = play(current)
      }
      if let action { return action }
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

  /// The next token of a text step; nil when the step is over, or the dialect leaves it out.
  private mutating func nextToken(of text: TextStep) -> Action? {
    guard eventOfStep < text.tokens else {
      step += 1
      eventOfStep = 0
      return nil
    }
    if eventOfStep > 0 { clock += text.gap.sample(&gaps) }
    eventOfStep += 1
    if !text.words.isEmpty {
      let words = text.words[eventOfStep - 1]
      return switch text.kind {
      case .text: write(.text(words, choice: text.choice), .words)
      case .reasoning: write(.reasoning(words, choice: text.choice), .reasoning)
      case .refusal: write(.refusal(words, choice: text.choice), .refusal)
      }
    }
    let (words, number) = numbers.token(of: text.kind)
    return switch text.kind {
    case .text: write(.text(words, choice: text.choice), .token(number))
    case .reasoning: write(.reasoning(words, choice: text.choice), .reasoning)
    case .refusal: write(.refusal(words, choice: text.choice), .refusal)
    }
  }

  /// The beginning of a call, then the pieces of its arguments; nil when the step is over.
  private mutating func nextPiece(of step: ToolCallStep) -> Action? {
    defer { eventOfStep += 1 }
    guard let (call, pieces) = call else {
      let call = numbers.call(step)
      self.call = (call, step.argumentPieces)
      return write(.toolCall(call), .toolCall)
    }
    let index = eventOfStep - 1
    guard index < pieces.count else {
      self.step += 1
      self.call = nil
      eventOfStep = -1
      return nil
    }
    if index > 0 { clock += step.gap.sample(&gaps) }
    return write(
      .toolArguments(pieces[index], of: call, isLast: index == pieces.count - 1), .toolCall)
  }

  /// The action of a step without tokens; nil if it only moves the clock or does not apply.
  private mutating func play(_ step: Step) -> Action? {
    switch step {
    case .role(let role): return write(.role(role), .role)
    case .text, .toolCall: return nil
    case .stall(let length):
      // What waits for company does not wait through a silence.
      let flushed = flush()
      guard let length else { return finish(with: .stallForever, after: flushed) }
      clock += length.sample(&gaps)
      return flushed
    case .comment(let text): return write(.comment(text), .comment)
    case .keepAlive: return write(.keepAlive, .comment)
    case .finish(let finish): return write(.finish(finish), .finish)
    case .usage(let usage): return request.usage ? write(.usage(usage), .usage) : nil
    case .done: return write(.terminator, .done)
    case .raw(let bytes):
      let raw = Action.write(bytes: bytes, kind: .raw, due: clock)
      guard let flushed = flush() else { return raw }
      held.append(raw)
      return flushed
    case .close: return finish(with: .close(due: clock))
    case .reset: return finish(with: .reset(due: clock))
    case .error(let error), .errorEvent(let error): return write(.error(error), .errorEvent)
    }
  }

  /// Nil where the dialect says nothing by itself; its mark then goes with the next event, except
  /// of what a dialect without words for it leaves out.
  private mutating func write(_ event: ScriptedEvent, _ kind: WriteMark.Kind) -> Action? {
    var bytes: [UInt8] = []
    let events = writer.write(event, into: &bytes)
    if bytes.isEmpty {
      switch kind {
      case .reasoning, .refusal: break
      default: unwritten.append(kind)
      }
      return nil
    }
    if unwritten.isEmpty, events == (kind == .comment ? 0 : 1) {
      return .write(bytes: bytes, kind: kind, due: clock)
    }
    unwritten.append(kind)
    return joined(bytes, events)
  }

  private mutating func flush() -> Action? {
    var bytes: [UInt8] = []
    let events = writer.flush(into: &bytes)
    return bytes.isEmpty ? nil : joined(bytes, events)
  }

  /// One write for all that had not come out of the writer, the last of which takes its bytes.
  private mutating func joined(_ bytes: [UInt8], _ events: Int) -> Action {
    defer { unwritten.removeAll(keepingCapacity: true) }
    var marks = unwritten.map { RecordedStep.Event(kind: $0, length: 0, events: 0) }
    if !marks.isEmpty {
      marks[marks.count - 1].length = bytes.count
      marks[marks.count - 1].events = events
    }
    return .recorded(RecordedStep(gap: .zero, bytes: bytes, events: marks), due: clock)
  }

  /// Ends with this action, behind what was held back.
  private mutating func finish(with action: Action) -> Action {
    finish(with: action, after: flush())
  }

  private mutating func finish(with action: Action, after flushed: Action?) -> Action {
    isOver = true
    guard let flushed else { return action }
    held.append(action)
    return flushed
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
