import Core

/// A dialect that is Chat Completions with the differences of its profile.
protocol ChatDialect: Dialect {
  var profile: ChatProfile { get }
}

extension ChatDialect {
  package var streamMediaType: String { "text/event-stream; charset=utf-8" }

  package func request(_ traffic: Traffic, prompt: Prompt) -> ClientRequest {
    ClientRequest(
      path: "/chat/completions", headers: ChatRequest.headers(traffic),
      body: ChatRequest.body(traffic, prompt), keyHeader: "Authorization",
      keyPrefix: "Bearer ")
  }

  package func isStream(mediaType: String) -> Bool { mediaType == "text/event-stream" }

  package func read(_ body: [UInt8]) -> StreamReading {
    var reader = ChatReader()
    return EventStream.read(body) { block in
      guard case .event(let type, let data, _) = block else {
        return EventStream.saidWithoutEvent(block) ?? []
      }
      return reader.said(by: data, isErrorEvent: type.elementsEqual("error".utf8))
    }
  }

  package func readWhole(_ body: [UInt8]) -> StreamReading {
    StreamReading(
      events: ChatReader.said(byWhole: body).map { $0.event(start: 0, end: body.count) })
  }

  package func readError(_ body: [UInt8]) -> StreamError? {
    guard let document = try? JSONValue.parse(body) else { return nil }
    return ErrorReader.error(in: document)
  }

  package func accepts(_ request: HTTPRequest) -> ProviderRequest? {
    guard request.path.hasSuffix("/chat/completions") else { return nil }
    return ChatRequest.accept(request, alwaysUsage: profile.alwaysUsage)
  }

  package func writer(for request: ProviderRequest, plan: AnswerPlan) -> any StreamWriter {
    ChatWriter(request, plan, profile)
  }

  package func whole(_ answer: WholeAnswer, for request: ProviderRequest) -> [UInt8] {
    ChatWhole.body(answer, in: profile, for: request)
  }

  package func error(_ error: ErrorStep) -> [UInt8] {
    var out: [UInt8] = []
    ChatParts.put(error, in: profile, request: nil, &out)
    return out
  }
}
