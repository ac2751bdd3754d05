package import Core

/// Amazon Bedrock's ConverseStream: a binary event stream with checksums.
///
/// smithy.io, "Amazon event stream specification"; the operations are those of botocore's model of
/// bedrock-runtime. Requests carry a Bedrock API key; they are not signed.
package struct Bedrock: Dialect {
  package let name = "bedrock"
  package let about = "Amazon Bedrock: POST /model/…/converse-stream, binary event stream"
  package let basePath = ""
  package let streamMediaType = "application/vnd.amazon.eventstream"
  package let reportsUsageAlways = true

  package init() {}

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    var body: [UInt8] = []
    body.put("{\"messages\":[")
    for (index, message) in prompt.messages.filter({ $0.role != .system }).enumerated() {
      if index > 0 { body.put(",") }
      body.put("{\"role\":")
      body.putQuoted(message.role.rawValue)
      body.put(",\"content\":[{\"text\":")
      body.putQuoted(message.text)
      body.put("}]}")
    }
    body.put("]")
    for (index, message) in prompt.messages.filter({ $0.role == .system }).enumerated() {
      body.put(index == 0 ? ",\"system\":[{\"text\":" : ",{\"text\":")
      body.putQuoted(message.text)
      body.put("}")
    }
    if prompt.messages.contains(where: { $0.role == .system }) { body.put("]") }
    if let tokens = prompt.outputTokens {
      body.put(",\"inferenceConfig\":{\"maxTokens\":\(tokens)}")
    }
    body.put("}")
    let path = "/model/\(PathSegment.encode(traffic.model))/converse"
    return ClientRequest(
      path: traffic.stream ? path + "-stream" : path,
      headers: ChatRequest.headers(traffic, accept: streamMediaType), body: body,
      keyHeader: "Authorization", keyPrefix: "Bearer ")
  }

  /// There is no word for reasoning.
  package func usage(of step: UsageStep) -> TokenUsage {
    TokenUsage(prompt: step.prompt, completion: step.completion, cached: step.cached)
  }

  package func isStream(mediaType: String) -> Bool { mediaType == streamMediaType }

  package func read(_ body: [UInt8]) -> StreamReading {
    var reader = ConverseReader()
    var reading = StreamReading()
    var start = 0
    while start < body.count {
      switch AmazonFrame.read(body, at: start) {
      case .unfinished:
        reading.danglingFrom = start
        return reading
      case .frame(let frame, let end):
        for one in reader.said(by: frame) {
          reading.events.append(one.event(start: start, end: end))
        }
        start = end
      case .broken(let problem, let end):
        let next = end ?? body.count
        reading.events.append(NeutralEvent(kind: .malformed(problem), start: start, end: next))
        start = next
      }
    }
    return reading
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    StreamReading(
      events: ConverseReader.said(byWhole: body).map { $0.event(start: 0, end: body.count) })
  }

  package func readError(_ body: [UInt8]) -> StreamError? {
    guard let document = try? JSONValue.parse(body),
      let message = (document["message"] ?? document["Message"])?.string
    else { return nil }
    return StreamError(message: message)
  }

  package func owns(path: String) -> Bool {
    path.contains("/model/") && (path.hasSuffix("/converse-stream") || path.hasSuffix("/converse"))
  }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    let path = request.path
    guard owns(path: path), var accepted = ChatRequest.accept(request, alwaysUsage: true) else {
      return nil
    }
    accepted.stream = path.hasSuffix("/converse-stream")
    accepted.model = PathSegment.decode(String(path.split(separator: "/").dropLast().last ?? ""))
    return accepted
  }

  package func problem(with step: Step) -> String? { OneAnswer.problem(with: step) }

  package func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter {
    ConverseWriter(plan)
  }

  package func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    ConverseParts.whole(answer)
  }

  package func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    ConverseParts.put(error, &out)
    return out
  }

  package func errorHeaders(_ error: ErrorStep) -> [HeaderField] {
    let type = ConverseParts.exception(of: error)
    return [
      HeaderField(name: "x-amzn-ErrorType", value: type.prefix(1).uppercased() + type.dropFirst())
    ]
  }
}
