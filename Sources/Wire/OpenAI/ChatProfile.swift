/// How one provider's Chat Completions differ from OpenAI's own.
struct ChatProfile: Hashable, Sendable {
  /// Where reasoning goes, which OpenAI itself does not stream in this format.
  var reasoning = Reasoning.reasoningContent
  var usage = UsagePlace.ownChunk
  var calls = Calls.deltas
  var errors = Errors.openAI
  /// What is sent to keep a connection alive, as a comment.
  var keepAlive = "keep-alive"
  /// The first event is Azure's verdict on the prompt, which has no choice and empty names.
  var opensWithFilter = false
  /// Whether chunks have `logprobs`, `refusal` and `service_tier`, as OpenAI's have.
  var isFull = true
  /// OpenRouter's `provider` and `native_finish_reason`.
  var namesProvider = false
  /// Groq's `x_groq` in the first and the last chunk.
  var namesGroq = false
  /// DeepSeek counts the prompt's tokens by whether its cache had them.
  var countsCacheHits = false
  /// Whether every delta has both `content` and `reasoning_content`, one of them null.
  var nullsTheOther = false
  /// vLLM says which stop sequence was met.
  var namesStopSequence = false
  /// Whether a choice has no `finish_reason` before its end.
  var omitsOpenFinish = false
  /// Whether usage comes whether or not the client asked.
  var alwaysUsage: Bool { usage != .ownChunk }

  /// Whether calls come in one chunk.
  var callsAreWhole: Bool { calls == .whole || calls == .wholeIndexed }

  enum Reasoning: Hashable, Sendable {
    /// `reasoning_content`
    case reasoningContent
    /// `reasoning`
    case reasoning
    /// `reasoning` and `reasoning_details`
    case details
    /// Content as a list with parts of type `thinking`
    case parts
  }

  enum UsagePlace: Hashable, Sendable {
    /// A chunk of its own without choices, if the client asked.
    case ownChunk
    /// The same, asked or not.
    case ownChunkAlways
    /// In the chunk with the finish reason.
    case finishChunk
  }

  enum Calls: Hashable, Sendable {
    case deltas
    /// Follow-up deltas have an empty id and a type.
    case emptyIDs
    /// The whole call in one chunk, without index and type.
    case whole
    /// The whole call in one chunk.
    case wholeIndexed
  }

  enum Errors: Hashable, Sendable {
    case openAI
    /// The code is the status as a number; inside a stream there is a choice that ends in `error`.
    case openRouter
    /// `object`, and the code is the status as a number.
    case vllm
    /// The members of the error are those of the document.
    case flat
  }
}
