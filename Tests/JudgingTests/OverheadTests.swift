import Core
import Judging
import Testing
import Wire

/// What a relay adds to requests and answers, found by comparing with the same request without it.
@Suite struct OverheadTests {
  private static let nonce = Nonce(seed: 7, ordinal: 0)

  /// One healthy exchange of Chat Completions, to be bent by a test.
  struct Side {
    var requestFields = [
      "Host: 127.0.0.1:9100", "Content-Type: application/json", "Content-Length: 1",
    ]
    var target = "/v1/chat/completions"
    var request =
      #"{"model":"m","messages":[{"role":"user","content":"Hello there"}],"stream":true}"#
    var fields = [HeaderField(name: "Content-Type", value: "text/event-stream")]
    var events = [
      #"{"id":"a","choices":[{"delta":{"content":"one "},"finish_reason":null}],"usage":null}"#,
      #"{"id":"a","choices":[{"delta":{"content":"two"},"finish_reason":null}],"usage":null}"#,
      #"{"id":"a","choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}"#,
      #"{"id":"a","choices":[],"usage":{"prompt_tokens":2,"completion_tokens":2}}"#,
    ]
    var dialect = "openai-chat"
    var provider = true

    var observation: Observation {
      let zero = Instant(nanoseconds: 0)
      var exchange = Exchange(
        ordinal: 0, nonce: OverheadTests.nonce, warmup: false, intended: zero, started: zero)
      exchange.status = 200
      exchange.headers = fields
      exchange.body = Array(
        (events.map { "data: \($0)\n\n" }.joined() + "data: [DONE]\n\n").utf8)
      exchange.transport = .complete
      exchange.timeline.append(
        ReadMark(instant: zero, offset: 0, length: exchange.body.count, wake: 1))
      var seen = ProviderExchange(
        connection: 1, method: "POST", path: target, receivedAt: zero)
      seen.head = Array(
        ("POST \(target) HTTP/1.1\r\n" + requestFields.map { "\($0)\r\n" }.joined() + "\r\n").utf8)
      seen.body = Array(request.utf8)
      seen.nonce = OverheadTests.nonce
      seen.status = 200
      seen.dialect = dialect
      return Observation(
        exchange: exchange, provider: provider ? [seen] : [], faults: [], dialect: OpenAIChat(),
        streamWanted: true)
    }
  }

  private func compare(_ bend: (inout Side) -> Void) throws -> Overhead {
    var relay = Side()
    bend(&relay)
    return try #require(
      OverheadComparison.compare(relay: [relay.observation], direct: [Side().observation]))
  }

  @Test func aRelayThatPassesBytesOnAddsNothing() throws {
    let overhead = try compare { _ in }
    let request = try #require(overhead.request)
    for side in [request, overhead.response] {
      #expect(side.fields == [] && side.members == [] && side.leftOut == 0)
      #expect(side.head.added == 0 && side.body.added == 0)
    }
    #expect(overhead.messages == [] && overhead.translated == nil && overhead.pairs == 1)
  }

  @Test func fieldsOfBothHeadsAreTold() throws {
    let overhead = try compare {
      $0.requestFields = [
        "host: relay", "content-type: application/json; charset=utf-8", "X-Trace: 1234",
        "Content-Length: 99", "Authorization: Bearer sk-secret-secret",
      ]
      $0.target = "/v1/chat/completions?api-key=sk-very-secret"
      $0.fields += [
        HeaderField(name: "x-litellm-response-cost", value: "0.00042"),
        HeaderField(name: "Set-Cookie", value: "session=topsecret"),
        HeaderField(name: "Date", value: "Thu"),
      ]
    }
    let names = overhead.request?.fields.map { "\($0.change.rawValue) \($0.name)" }
    #expect(
      names == ["added authorization", "added x-trace", "changed :target", "changed content-type"])
    #expect(
      overhead.response.fields.map(\.name) == ["date", "set-cookie", "x-litellm-response-cost"])
    #expect(overhead.response.fields.last?.relay == "0.00042")
    #expect(!"\(overhead)".contains("secret"))
    // ": " and a line end each.
    #expect(overhead.response.head.added == 23 + 7 + 10 + 17 + 4 + 3 + 3 * 4)
    #expect(overhead.response.body.added == 0)
  }

  @Test func membersAreToldByPath() throws {
    let overhead = try compare {
      $0.request =
        #"{"model":"other","messages":[{"role":"user","content":"Hello there"}],"#
        + #""metadata":{"user_api_key":"sk-1234567","team":{"id":7}},"tools":[]}"#
      $0.events[0] = $0.events[0].replacing("\"usage\":null", with: "\"provider\":\"x\"")
      $0.events[3] = #"{"id":"a","choices":[],"usage":{"prompt_tokens":2.0,"cost":"0.01"}}"#
    }
    let request = try #require(overhead.request?.members)
    #expect(
      request.map { "\($0.change.rawValue) \($0.name)" } == [
        "added metadata.user_api_key", "added metadata.team.id", "added tools", "dropped stream",
        "changed model",
      ])
    #expect(request[0].relay == "***" && request[1].relay == "7" && request[2].relay == "[]")
    #expect(request[4].direct == "\"m\"" && request[4].relay == "\"other\"")
    #expect(
      overhead.response.members.map { "\($0.change.rawValue) \($0.name)" } == [
        "added provider", "added usage.cost", "dropped usage.completion_tokens",
        "changed usage.prompt_tokens",
      ])
    #expect(overhead.response.members[1].relay == "\"0.01\"")
  }

  @Test func aTextCutIntoOtherPiecesIsTheSame() throws {
    let overhead = try compare {
      $0.events[0] = $0.events[0].replacing("one ", with: "one tw")
      $0.events[1] = $0.events[1].replacing("two", with: "o").replacing(",\"usage\":null", with: "")
      $0.events.insert($0.events[2], at: 3)
    }
    #expect(overhead.response.members == [])
    let other = try compare { $0.events[1] = $0.events[1].replacing("two", with: "three") }
    #expect(other.response.members.map(\.name) == ["choices[].delta.content"])
    #expect(other.response.members.first?.relay == "\"three\"")
  }

  @Test(arguments: ["system", "developer"])
  func aHiddenSystemPromptIsFound(role: String) throws {
    let words = (1...120).map { "w\($0)" }.joined(separator: " ")
    let overhead = try compare {
      $0.request = $0.request.replacing(
        "[{", with: #"[{"role":"\#(role)","content":"\#(words)"},{"#)
    }
    let message = try #require(overhead.messages.first)
    #expect(overhead.messages.count == 1)
    #expect(message.change == .added && message.role == role && message.words == 120)
    #expect(message.text == words)
    #expect(overhead.request?.members == [], "what the messages say is told with the messages")
    #expect(overhead.request?.body.added == words.utf8.count + 25 + role.utf8.count)
  }

  @Test func wordsPutIntoAMessageAreFound() throws {
    let before = try compare {
      $0.request = $0.request.replacing("Hello there", with: "Be brief. Hello there")
    }
    #expect(before.messages.map(\.text) == ["Be brief. "])
    #expect(before.messages.first?.change == .changed && before.messages.first?.words == 2)
    let replaced = try compare { $0.request = $0.request.replacing("Hello there", with: "x") }
    #expect(replaced.messages.map(\.change) == [.added, .dropped])
    let role = try compare { $0.request = $0.request.replacing("\"user\"", with: "\"system\"") }
    #expect(role.messages.map(\.text) == ["(was of the role user)"])
  }

  @Test func anotherFormatIsComparedByItsMessages() throws {
    let overhead = try compare {
      $0.dialect = "anthropic-messages"
      $0.target = "/v1/messages"
      $0.request =
        #"{"model":"m","max_tokens":4096,"system":[{"type":"text","text":"You are Claude."}],"#
        + #""messages":[{"role":"user","content":[{"type":"text","text":"Hello there"}]}]}"#
    }
    #expect(overhead.translated == "anthropic-messages")
    #expect(overhead.request?.members == [])
    #expect(overhead.messages.map(\.text) == ["You are Claude."])
  }

  @Test func withoutOurProviderOnlyAnswersAreCompared() throws {
    var relay = Side()
    var direct = Side()
    (relay.provider, direct.provider) = (false, false)
    relay.events.append(#"{"id":"a","extra":true}"#)
    let overhead = try #require(
      OverheadComparison.compare(relay: [relay.observation], direct: [direct.observation]))
    #expect(overhead.request == nil)
    #expect(overhead.response.members.map(\.name) == ["extra"])
  }

  @Test func failedExchangesAndStrangersAreLeftOut() {
    var failed = Side()
    failed.events = ["not JSON"]
    #expect(
      OverheadComparison.compare(relay: [failed.observation], direct: [Side().observation]) == nil)
    #expect(OverheadComparison.compare(relay: [Side().observation], direct: []) == nil)
  }

  @Test func whatIsListedIsBounded() throws {
    let overhead = try compare {
      let more = (0..<100).map { "\"m\($0)\":\"\(String(repeating: "é", count: 400))\"" }
      $0.events.append("{\(more.joined(separator: ","))}")
      let turns = (0..<30).map { #"{"role":"user","content":"turn \#($0)"}"# }
      $0.request = $0.request.replacing("[{", with: "[\(turns.joined(separator: ",")),{")
    }
    #expect(overhead.response.members.count == Limits.overheadChanges)
    #expect(overhead.response.leftOut == 40)
    #expect(
      overhead.response.members.allSatisfy {
        ($0.relay ?? "").utf8.count <= Limits.overheadValueBytes + 6
      })
    #expect(overhead.messages.count == Limits.overheadMessages)
    #expect(overhead.request?.leftOut == 20)
  }

  @Test func severalTwinsAreAddedUp() throws {
    var comparison = OverheadComparison()
    for size in [1, 5, 9] {
      var relay = Side()
      relay.fields.append(HeaderField(name: "x", value: String(repeating: "v", count: size)))
      if size > 1 { relay.request = relay.request.replacing("\"m\"", with: "\"n\"") }
      comparison.add(relay: relay.observation, direct: Side().observation)
    }
    let overhead = try #require(comparison.result)
    #expect(overhead.pairs == 3)
    #expect(overhead.response.head.added == 10)
    #expect(overhead.response.head.least == 6 && overhead.response.head.most == 14)
    #expect(overhead.response.fields == [.init("x", .added, direct: nil, relay: "v", pairs: 3)])
    #expect(overhead.request?.members.map(\.pairs) == [2])
  }
}
