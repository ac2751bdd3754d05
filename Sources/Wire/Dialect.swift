package import Core

/// One provider's wire format: writes a client's request and a scripted answer, reads a stream.
///
/// Adding one is a file under `Dialects/` and a line in `Dialects.all`.
package protocol Dialect: Sendable {
  /// The name used in scenarios and records.
  var name: String { get }
  var about: String { get }
  /// The path of the base URL that an SDK is given: `/v1`, or nothing where paths are whole.
  var basePath: String { get }

  // The client's side.

  /// The request for one exchange: the same traffic and prompt give the same bytes.
  func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest
  /// Reads a whole response body of a stream, in its own framing.
  func read(_ body: [UInt8]) -> StreamReading
  /// Reads an answer that is not a stream (`stream` absent): output, finish, usage, or an error.
  func readWhole(_ body: [UInt8]) -> StreamReading
  /// The error object in the body of an answer with an error status, or nil if it has none.
  func readError(_ body: [UInt8]) -> StreamError?
  /// Whether a media type (lower case, without parameters) is this dialect's stream.
  func isStream(mediaType: String) -> Bool

  // The provider's side.

  /// Whether the path of a request can only be this dialect's, whatever else the provider speaks.
  func owns(path: String) -> Bool
  /// Recognises a request for a completion at one of this dialect's paths.
  func accepts(_ request: HTTPRequest) -> ProviderRequest?
  /// What a script says that this dialect has no words for, as the end of a sentence that begins
  /// with its name; nil if it can say the step, or leaves it out without loss.
  func problem(with step: Step) -> String?
  /// Whether an answer has usage whether or not it was asked for, and cannot be without it.
  var reportsUsageAlways: Bool { get }
  /// What a client can read of these counts in this dialect.
  func usage(of step: UsageStep) -> TokenUsage
  /// The media type of a streamed answer.
  var streamMediaType: String { get }
  /// Writes the events of one stream.
  func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter
  /// A non-streaming answer.
  func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8]
  /// The body of an error answer, and what its head has besides the usual fields.
  func error(_ error: ErrorStep) -> [UInt8]
  func errorHeaders(_ error: ErrorStep) -> [HeaderField]
}

extension Dialect {
  package var basePath: String { "/v1" }
  package var reportsUsageAlways: Bool { false }
  package func owns(path: String) -> Bool { false }
  package func usage(of step: UsageStep) -> TokenUsage {
    TokenUsage(
      prompt: step.prompt, completion: step.completion, cached: step.cached,
      reasoning: step.reasoning)
  }
  package func problem(with step: Step) -> String? { nil }
  package func errorHeaders(_ error: ErrorStep) -> [HeaderField] { [] }

  /// The bytes of one event by itself, as what has no stream to stand in needs it.
  package func event(_ event: ScriptedEvent, for request: ProviderRequest) -> [UInt8] {
    var writer = writer(for: request, plan: AnswerPlan())
    var out: [UInt8] = []
    _ = writer.write(event, into: &out)
    _ = writer.flush(into: &out)
    return out
  }
}

extension Dialect {
  /// The request with the traffic's prompt if that is a fixed one.
  package func request(_ traffic: Traffic, nonce: Nonce) -> ClientRequest {
    request(traffic, prompt: Prompt(traffic.prompt.fixed ?? "", nonce: nonce))
  }
}

/// What libcurl is asked to send.
package struct ClientRequest: Hashable, Sendable {
  /// Appended to the target's base URL: `/chat/completions`.
  package var path: String
  package var headers: [HeaderField]
  package var body: [UInt8]
  /// The field that carries the key and what stands before it: `Authorization: Bearer `.
  package var keyHeader: String
  package var keyPrefix: String

  package init(
    path: String, headers: [HeaderField], body: [UInt8], keyHeader: String, keyPrefix: String
  ) {
    self.path = path
    self.headers = headers
    self.body = body
    self.keyHeader = keyHeader
    self.keyPrefix = keyPrefix
  }
}

/// A completion request as the provider understood it.
package struct ProviderRequest: Hashable, Sendable {
  package var model: String
  package var stream: Bool
  package var usage: Bool
  package var nonce: Nonce?
  /// Names the answer: the `id` in its events is derived from it.
  package var ordinal: Int

  package init(model: String, stream: Bool, usage: Bool, nonce: Nonce?, ordinal: Int = 0) {
    self.model = model
    self.stream = stream
    self.usage = usage
    self.nonce = nonce
    self.ordinal = ordinal
  }
}
