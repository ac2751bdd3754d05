import Core
import Harness
import Platform
import Testing
import Wire

/// Toxiproxy's contract about proxies, request by request (captured from 2.12).
@Suite struct ControlProxyTests {
  private static let proxy = #"{"name":"a","listen":"127.0.0.1:21000","upstream":"localhost:9"}"#
  private static let listed =
    #"{"name":"a","listen":"127.0.0.1:21000","upstream":"localhost:9","enabled":true,"toxics":[]}"#

  @Test func version() {
    let answer = ControlStage().ask("GET", "/version")
    #expect(answer.status == 200)
    #expect(answer.mediaType == "application/json;charset=utf-8")
    #expect(answer.body == Array("{\"version\": \"2.12.0\"}\n".utf8))
  }

  @Test func createListGetDelete() {
    let stage = ControlStage()
    #expect(stage.line("GET", "/proxies") == "200 {}")
    #expect(stage.line("POST", "/proxies", Self.proxy) == "201 " + Self.listed)
    #expect(stage.line("GET", "/proxies") == "200 {\"a\":\(Self.listed)}")
    #expect(stage.line("GET", "/proxies/a") == "200 " + Self.listed)
    #expect(stage.host.takeCalls() == [.start(1, rules: [])])
    let deleted = stage.ask("DELETE", "/proxies/a")
    #expect(deleted == ControlResponse(status: 204))
    #expect(stage.host.takeCalls() == [.stop(1)])
    #expect(stage.line("GET", "/proxies") == "200 {}")
  }

  @Test(arguments: [
    ("", "bad request body: EOF"), ("{", "bad request body: unexpected EOF"),
    ("{}", "missing required field: name"), ("null", "missing required field: name"),
    (#"{"name":"a"}"#, "missing required field: upstream"),
    (
      #"{"name":1,"upstream":"a:1"}"#,
      "bad request body: json: cannot unmarshal number 1 into Go struct field Proxy.name of type "
        + "string"
    ),
    ("[]", "bad request body: json: cannot unmarshal array into Go value of type Proxy"),
    (#"{"name":"h/i","upstream":"a:1"}"#, "name must fit into a path: no slash, and not only dots"),
    (#"{"name":"..","upstream":"a:1"}"#, "name must fit into a path: no slash, and not only dots"),
    (#"{"name":"a","upstream":"nowhere"}"#, "upstream must be HOST:PORT or a URL, found `nowhere`"),
  ])
  func brokenProxiesChangeNothing(body: String, message: String) {
    let stage = ControlStage()
    let answer = stage.ask("POST", "/proxies", body)
    #expect(answer.status == 400)
    #expect(answer.mediaType == "text/plain; charset=utf-8")
    #expect(
      String(decoding: answer.body, as: UTF8.self)
        == #"{"error":"\#(message)","status":400}"# + "\n")
    #expect(stage.line("GET", "/proxies") == "200 {}")
    #expect(stage.host.takeCalls().isEmpty)
  }

  @Test func addressesThatCannotBe() {
    let stage = ControlStage()
    stage.host.taken = [Endpoint(host: "127.0.0.1", port: 21_212)]
    let answers = [
      ("127.0.0.1:21212", "listen tcp 127.0.0.1:21212: bind: address already in use"),
      ("nonsense", "listen tcp: address nonsense: missing port in address"),
      ("a:b:1", "listen tcp: address a:b:1: too many colons in address"),
      ("a:99999", "listen tcp: address 99999: invalid port"),
      ("a:http", "listen tcp: lookup tcp/http: unknown port"),
    ]
    for (listen, message) in answers {
      #expect(
        stage.line("POST", "/proxies", #"{"name":"a","upstream":"b:1","listen":"\#(listen)"}"#)
          == #"500 {"error":"\#(message)","status":500}"# + "\n")
    }
    #expect(stage.line("GET", "/proxies") == "200 {}")
    #expect(stage.host.takeCalls().isEmpty)
  }

  @Test func sameNameTwice() {
    let stage = ControlStage()
    stage.create("a")
    #expect(
      stage.line("POST", "/proxies", Self.proxy)
        == #"409 {"error":"proxy already exists","status":409}"# + "\n")
  }

  /// Keys in any case, unknown keys, null, and bytes behind the document, as Go's decoder has it.
  @Test func lenientAsGo() {
    let body =
      #" {"NAME":"a","Upstream":"b:1","listen":"localhost:0","enabled":null,"x":{}} trailing"#
    #expect(
      ControlStage().line("POST", "/proxies", body)
        == #"201 {"name":"a","listen":"127.0.0.1:40000","upstream":"b:1","enabled":true,"#
        + #""toxics":[]}"#)
  }

  @Test func nobodyListensWhereNobodySaid() {
    let stage = ControlStage()
    #expect(
      stage.line("POST", "/proxies", #"{"name":"a","upstream":"b:1"}"#)
        .contains(#""listen":"127.0.0.1:40000""#))
    #expect(
      stage.line("POST", "/proxies", #"{"name":"b","upstream":"b:1","listen":":0"}"#)
        .contains(#""listen":"[::]:40001""#))
  }

  @Test func disabledAtFirst() {
    let stage = ControlStage()
    let body = #"{"name":"a","upstream":"b:1","listen":"example.test:80","enabled":false}"#
    let listed =
      #"{"name":"a","listen":"example.test:80","upstream":"b:1","enabled":false,"toxics":[]}"#
    #expect(stage.line("POST", "/proxies", body) == "201 " + listed)
    #expect(stage.host.takeCalls().isEmpty)
    let enabled = stage.line("POST", "/proxies/a", #"{"enabled":true}"#)
    #expect(enabled.contains(#""listen":"192.0.2.7:80","upstream":"b:1","enabled":true"#))
  }

  @Test func disableAndEnableKeepPortAndToxics() {
    let stage = ControlStage()
    stage.create("a")
    _ = stage.ask("POST", "/proxies/a/toxics", #"{"type":"stall","attributes":{"at":"event(2)"}}"#)
    let before = stage.line("GET", "/proxies/a")
    _ = stage.host.takeCalls()
    let disabled = stage.line("PATCH", "/proxies/a", #"{"enabled":false}"#)
    #expect(disabled == before.replacing("\"enabled\":true", with: "\"enabled\":false"))
    #expect(stage.host.takeCalls() == [.stop(1)])
    #expect(stage.line("POST", "/proxies/a", #"{"enabled":true}"#) == before)
    let calls = stage.host.takeCalls()
    guard case .start(1, let rules)? = calls.first, calls.count == 1 else {
      Issue.record("\(calls)")
      return
    }
    #expect(rules.count == 1)
    #expect(stage.line("POST", "/proxies/a", #"{"enabled":true}"#) == before)
    #expect(stage.host.takeCalls().isEmpty)
  }

  @Test func updateMoves() {
    let stage = ControlStage()
    stage.create("a", listen: "127.0.0.1:21000")
    let moved = stage.line("PATCH", "/proxies/a", #"{"listen":"127.0.0.1:21001"}"#)
    #expect(moved.contains(#""listen":"127.0.0.1:21001""#))
    #expect(stage.host.takeCalls() == [.stop(1), .start(1, rules: [])])
    let upstream = stage.line("PATCH", "/proxies/a", #"{"upstream":"c:2"}"#)
    #expect(upstream.contains(#""listen":"127.0.0.1:21001","upstream":"c:2""#))
    #expect(stage.host.takeCalls() == [.stop(1), .start(1, rules: [])])
    // The same address by another name is no move, and a name is never changed.
    _ = stage.ask("PATCH", "/proxies/a", #"{"listen":"localhost:21001","name":"z"}"#)
    #expect(stage.host.takeCalls().isEmpty)
    // The same port of all addresses excludes the old one.
    let wide = stage.line("PATCH", "/proxies/a", #"{"listen":"0.0.0.0:21001"}"#)
    #expect(wide.contains(#""listen":"0.0.0.0:21001""#))
    #expect(stage.host.takeCalls() == [.stop(1), .start(1, rules: [])])
  }

  @Test func brokenUpdatesChangeNothing() {
    let stage = ControlStage()
    stage.create("a", listen: "127.0.0.1:21000")
    stage.host.taken = [Endpoint(host: "127.0.0.1", port: 21_212)]
    let before = stage.line("GET", "/proxies/a")
    let answers = [
      ("", 400, "bad request body: EOF"),
      (#"{"listen":"bad"}"#, 500, "address bad: missing port in address"),
      (#"{"upstream":"bad"}"#, 400, "upstream must be HOST:PORT or a URL, found `bad`"),
      (
        #"{"listen":"127.0.0.1:21212"}"#, 500,
        "listen tcp 127.0.0.1:21212: bind: address already in use"
      ),
    ]
    for (body, status, message) in answers {
      #expect(
        stage.line("PATCH", "/proxies/a", body)
          == #"\#(status) {"error":"\#(message)","status":\#(status)}"# + "\n")
    }
    #expect(stage.host.takeCalls().isEmpty)
    #expect(stage.line("GET", "/proxies/a") == before)
    #expect(
      stage.line("PATCH", "/proxies/none", "{}")
        == #"404 {"error":"proxy not found","status":404}"# + "\n")
  }

  @Test func populate() {
    let stage = ControlStage()
    let two =
      #"[{"name":"a","listen":"127.0.0.1:1001","upstream":"b:1"},"#
      + #"{"name":"b","listen":"127.0.0.1:1002","upstream":"b:2","enabled":false}]"#
    let answer = stage.ask("POST", "/populate", two)
    #expect(answer.status == 201)
    #expect(answer.mediaType == "application/json")
    #expect(
      String(decoding: answer.body, as: UTF8.self)
        == #"{"proxies":[{"name":"a","listen":"127.0.0.1:1001","upstream":"b:1","enabled":true,"#
        + #""toxics":[]},{"name":"b","listen":"127.0.0.1:1002","upstream":"b:2","enabled":false,"#
        + #""toxics":[]}]}"#)
    #expect(stage.host.takeCalls() == [.start(1, rules: [])])
    // The same again: nothing happens, and what was disabled stays so.
    _ = stage.ask("PATCH", "/proxies/a", #"{"enabled":false}"#)
    _ = stage.host.takeCalls()
    #expect(stage.line("POST", "/populate", two).contains(#""enabled":false"#))
    #expect(stage.host.takeCalls().isEmpty)
    // Another upstream: replaced, without toxics.
    _ = stage.ask("POST", "/proxies/a/toxics", #"{"type":"noop"}"#)
    let other = #"[{"name":"a","listen":"127.0.0.1:1001","upstream":"c:1"}]"#
    #expect(stage.line("POST", "/populate", other).contains(#""toxics":[]"#))
    #expect(stage.host.takeCalls() == [.start(3, rules: [])])
    #expect(stage.line("POST", "/populate", "[]") == #"201 {"proxies":null}"#)
  }

  @Test func populateStopsAtTheFirstFailure() {
    let stage = ControlStage()
    #expect(
      stage.line("POST", "/populate", #"[{"name":"a","upstream":"b:1"},{"upstream":"b:1"}]"#)
        == #"400 {"error":"missing required field: name at proxy 2","status":400,"proxies":null}"#)
    #expect(stage.line("GET", "/proxies") == "200 {}")
    stage.host.taken = [Endpoint(host: "127.0.0.1", port: 1002)]
    let body =
      #"[{"name":"a","listen":"127.0.0.1:1001","upstream":"b:1"},"#
      + #"{"name":"b","listen":"127.0.0.1:1002","upstream":"b:2"}]"#
    let answer = stage.ask("POST", "/populate", body)
    #expect(answer.status == 500)
    #expect(answer.mediaType == "application/json")
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(
      text.hasPrefix(#"{"error":"listen tcp 127.0.0.1:1002: bind: address already in use","#))
    #expect(text.contains(#""status":500,"proxies":[{"name":"a""#))
    #expect(stage.ask("GET", "/proxies/a").status == 200)
    #expect(stage.ask("GET", "/proxies/b").status == 404)
  }

  @Test func resetEnablesAndClears() {
    let stage = ControlStage()
    stage.create("a")
    stage.create("b")
    _ = stage.ask("POST", "/proxies/a/toxics", #"{"type":"stall","attributes":{"at":"byte(9)"}}"#)
    _ = stage.ask("PATCH", "/proxies/b", #"{"enabled":false}"#)
    _ = stage.host.takeCalls()
    #expect(stage.ask("POST", "/reset", "whatever") == ControlResponse(status: 204))
    #expect(stage.host.takeCalls() == [.withdraw(1), .start(2, rules: [])])
    #expect(stage.line("GET", "/proxies/a/toxics") == "200 []")
  }

  @Test func rulesOfTheProxyItselfAreNoToxics() throws {
    let stage = ControlStage()
    var state = stage.state
    try state.create(
      name: "own", listen: nil, upstream: "b:1",
      rules: [InstalledRule(id: 0, rule: FaultRule("reset at event(5)"))])
    #expect(stage.host.takeCalls() == [.start(1, rules: [0])])
    let request = HTTPRequest(
      method: "GET", target: "/proxies/own/toxics", minorVersion: 0, headers: [], head: [],
      body: [])
    #expect(state.handle(request).body == Array("[]".utf8))
  }
}
