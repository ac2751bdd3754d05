package import Core

/// Writes the events of one scripted stream in its dialect, in order.
///
/// Some dialects say several things in one event (why it ended together with what it cost): what is
/// held back for that comes with the next call, or with `flush`.
package protocol StreamWriter: Sendable {
  /// Appends the body bytes of an event, without transfer framing, and returns how many events with
  /// data they are on the wire; nothing and 0 if it is held back or the dialect cannot say it.
  mutating func write(_ event: ScriptedEvent, into out: inout [UInt8]) -> Int
  /// Appends what was held back: before a silence, and when the script ends.
  mutating func flush(into out: inout [UInt8]) -> Int
}

extension StreamWriter {
  package mutating func flush(into out: inout [UInt8]) -> Int { 0 }
}

/// What a writer must know before the first event: formats that open with usage need it then.
package struct AnswerPlan: Hashable, Sendable {
  package var usage: UsageStep
  package var choices: Int
  /// Whether the script has reasoning, tool calls and text.
  package var reasons: Bool
  package var calls: Bool
  package var speaks: Bool

  package init(
    usage: UsageStep = UsageStep(), choices: Int = 1, reasons: Bool = false, calls: Bool = false,
    speaks: Bool = true
  ) {
    self.usage = usage
    self.choices = choices
    self.reasons = reasons
    self.calls = calls
    self.speaks = speaks
  }

  package init(_ script: ProviderScript) {
    self.init(choices: script.choices, speaks: false)
    var usage: UsageStep?
    for step in script.steps {
      switch step {
      case .usage(let counts): usage = usage ?? counts
      case .text(let text) where text.kind == .reasoning: reasons = true
      case .text: speaks = true
      case .toolCall: calls = true
      default: break
      }
    }
    self.usage = usage ?? self.usage
  }
}

/// One event of a scripted answer, before a dialect gives it its bytes.
package enum ScriptedEvent: Hashable, Sendable {
  /// Opens the answer, and all of its choices.
  case role(String)
  case text(String, choice: Int = 0)
  case reasoning(String, choice: Int = 0)
  case refusal(String, choice: Int = 0)
  case toolCall(ScriptedCall)
  /// A piece of the arguments of the call.
  case toolArguments(String, of: ScriptedCall, isLast: Bool)
  case comment(String)
  case keepAlive
  case finish(FinishStep)
  case usage(UsageStep)
  case terminator
  case error(ErrorStep)
}

/// A call of a tool as it is written.
package struct ScriptedCall: Hashable, Sendable {
  /// Counts the calls of its choice from 0.
  package var index: Int
  /// Nil for one made of `serial`, as the dialect makes them.
  package var id: String?
  /// Nine letters and digits, as long as there are no more than ten calls.
  package var serial: String
  package var name: String
  /// All of the arguments, a JSON object.
  package var arguments: String
  package var choice: Int

  package init(
    index: Int, id: String? = nil, serial: String = "000000000", name: String,
    arguments: String = "{}", choice: Int = 0
  ) {
    self.index = index
    self.id = id
    self.serial = serial
    self.name = name
    self.arguments = arguments
    self.choice = choice
  }

  package func id(prefix: String) -> String { id ?? prefix + serial }
}

/// All that a script says, for an answer that is not a stream.
package struct WholeAnswer: Hashable, Sendable {
  package var choices: [Choice]
  package var usage: UsageStep?

  package init(choices: [Choice] = [Choice()], usage: UsageStep? = nil) {
    self.choices = choices
    self.usage = usage
  }

  /// An answer of text alone.
  package init(text: String, finish: FinishStep?, usage: UsageStep?) {
    self.init(choices: [Choice(text: text, finish: finish)], usage: usage)
  }

  package struct Choice: Hashable, Sendable {
    package var text: String
    package var reasoning: String
    package var refusal: String
    package var calls: [ScriptedCall]
    package var finish: FinishStep?

    package init(
      text: String = "", reasoning: String = "", refusal: String = "", calls: [ScriptedCall] = [],
      finish: FinishStep? = nil
    ) {
      self.text = text
      self.reasoning = reasoning
      self.refusal = refusal
      self.calls = calls
      self.finish = finish
    }
  }
}

extension UsageStep {
  /// What the script adds to a usage object, behind its own members.
  func putMore(_ out: inout [UInt8]) {
    guard !more.isEmpty else { return }
    out.put(",")
    out.put(more)
  }
}
