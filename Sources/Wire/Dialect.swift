package import Core

/// One provider's wire format: writes a client's request and a scripted answer, reads a stream.
///
/// Adding one is a file under `Dialects/` and a line in `Dialects.all`.
package protocol Dialect: Sendable {
  /// The name used in scenarios and records.
  var name: String { get }
  var about: String { get }

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

  /// Recognises a request for a completion at one of this dialect's paths.
  func accepts(_ request: HTTPRequest) -> ProviderRequest?
  /// The media type of a streamed answer.
  var streamMediaType: String { get }
  /// The body bytes of one event of a stream, without transfer framing.
  func event(_ event: ScriptedEvent, for request: ProviderRequest) -> [UInt8]
  /// A non-streaming answer with the whole text.
  func whole(text: String, finish: String?, usage: UsageStep?, for request: ProviderRequest)
    -> [UInt8]
  /// The body of an error answer.
  func error(_ error: ErrorStep) -> [UInt8]
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

/// One event of a scripted answer, before a dialect gives it its bytes.
package enum ScriptedEvent: Hashable, Sendable {
  case role(String)
  case text(String)
  case comment(String)
  case finish(String)
  case usage(UsageStep)
  case terminator
  case error(ErrorStep)
}
