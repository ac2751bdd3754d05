import Core
import Testing
import Wire

/// A provider that speaks all dialects at once answers each request in the one it is made in.
@Suite struct DialectRoutingTests {
  static let names = Dialects.all.map(\.name)

  private func http(
    _ path: String, _ asked: ClientRequest, method: String = "POST"
  ) -> String {
    let fields = asked.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    let body = method == "POST" ? String(decoding: asked.body, as: UTF8.self) : ""
    return "\(method) \(path) HTTP/1.1\r\nHost: h\r\n\(fields)"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private func answer(_ text: String, dialects: [any Dialect]) -> SessionBench {
    var bench = SessionBench(
      ProviderScript(think: .zero, steps: ProviderScript.plainSteps), dialects: dialects)
    bench.receive(text)
    bench.run()
    return bench
  }

  private func read(_ bench: SessionBench, in dialect: any Dialect) -> Assembled {
    Assembled(dialect.read(Self.body(of: bench)))
  }

  private static func body(of bench: SessionBench) -> [UInt8] { bench.answers.first?.body ?? [] }

  @Test(arguments: names) func aRunsOwnRequestIsAnsweredInItsDialect(_ name: String) throws {
    let dialect = try #require(Dialects.named(name))
    for stream in [true, false] {
      var traffic = Traffic(dialect: name, model: "some/model 1")
      traffic.stream = stream
      let asked = dialect.request(traffic, nonce: DialectBench.nonce)
      let bench = answer(
        http(dialect.basePath + asked.path, asked), dialects: Dialects.preferring(name))
      let exchange = try #require(bench.finished.first)
      #expect(exchange.status == 200, "\(bench.text.prefix(300))")
      #expect(exchange.nonce == DialectBench.nonce)
      #expect(exchange.wantsStream == stream)
      let read =
        stream
        ? read(bench, in: dialect)
        : Assembled(dialect.readWhole(Self.body(of: bench)))
      #expect(read.text[0]?.hasPrefix("t0-89abcdef t1-") == true)
      #expect(read.finish == [0: "stop"] && read.malformed == [])
    }
  }

  /// Whatever the provider prefers, below its name each dialect is to be had.
  @Test(arguments: names) func aDialectIsServedBelowItsName(_ name: String) throws {
    let dialect = try #require(Dialects.named(name))
    let asked = dialect.request(Traffic(dialect: name), nonce: DialectBench.nonce)
    let bench = answer(
      http("/\(name)\(dialect.basePath)\(asked.path)", asked),
      dialects: Dialects.preferring("openai-chat"))
    let (expected, _, _) = DialectBench.play(ProviderScript.plainSteps, in: dialect)
    let body = Self.body(of: bench)
    #expect(Assembled(dialect.read(body)).terminators == 1)
    // Model and so on differ; how the stream begins is the dialect's own.
    #expect(body.prefix(9) == expected.prefix(9))
  }

  @Test func pathsThatBelongToOneDialectAreIts() throws {
    let owned = [
      "/v1/messages": "anthropic-messages", "/v1/responses": "openai-responses",
      "/api/chat": "ollama",
      "/v2/chat": "cohere", "/model/m/converse-stream": "bedrock",
      "/v1beta/models/m:streamGenerateContent?alt=sse": "gemini",
      "/v1beta/models/m:streamGenerateContent": "gemini-array",
      "/openai/deployments/d/chat/completions?api-version=1": "azure",
      "/api/v1/chat/completions": "openrouter", "/openai/v1/chat/completions": "groq",
      "/compatible-mode/v1/chat/completions": "qwen", "/v1/chat/completions": "openai-chat",
    ]
    for (path, name) in owned {
      let asked = ClientRequest(
        path: path, headers: [], body: Array(#"{"stream":true}"#.utf8), keyHeader: "", keyPrefix: ""
      )
      let dialect = try #require(Dialects.named(name))
      let bench = answer(http(path, asked), dialects: Dialects.preferring("openai-chat"))
      let read = read(bench, in: dialect)
      #expect(read.terminators == 1 && read.malformed == [], "\(path): \(bench.text.prefix(200))")
    }
  }

  @Test func modelsAreListedAsEachClientKnowsThem() {
    let none = ClientRequest(path: "", headers: [], body: [], keyHeader: "", keyPrefix: "")
    let anthropic = ClientRequest(
      path: "", headers: [HeaderField(name: "anthropic-version", value: "2023-06-01")], body: [],
      keyHeader: "", keyPrefix: "")
    let all = Dialects.preferring("openai-chat")
    func text(_ path: String, _ asked: ClientRequest) -> String {
      answer(http(path, asked, method: "GET"), dialects: all).text
    }
    #expect(text("/v1/models", none).contains(#""object":"list""#))
    #expect(text("/v1/models", anthropic).contains(#""has_more":false"#))
    #expect(text("/v1beta/models", none).contains(#""name":"models/relaymark-scripted""#))
    #expect(text("/api/tags", none).contains(#""model":"relaymark-scripted""#))
    #expect(text("/deepseek/models", none).contains(#""object":"list""#))
  }

  @Test func aBodyThatIsNoObjectIsRefusedInTheShapeOfItsPath() {
    let asked = ClientRequest(
      path: "", headers: [], body: Array("[]".utf8), keyHeader: "", keyPrefix: "")
    let all = Dialects.preferring("openai-chat")
    #expect(
      answer(http("/v1/messages", asked), dialects: all).text.contains(#"{"type":"error","error":"#)
    )
    #expect(
      answer(http("/api/chat", asked), dialects: all).text.contains(#"{"error":"The body"#))
  }
}
