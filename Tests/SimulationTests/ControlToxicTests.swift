import Core
import Harness
import Testing
import Wire

/// Toxics: Toxiproxy's contract, attributes that would bring others down, and our own faults.
@Suite struct ControlToxicTests {
  private func stage() -> ControlStage {
    let stage = ControlStage()
    stage.create("a")
    return stage
  }

  private func add(_ stage: ControlStage, _ body: String) -> String {
    stage.line("POST", "/proxies/a/toxics", body)
  }

  private func failure(_ status: Int, _ message: String) -> String {
    #"\#(status) {"error":"\#(message)","status":\#(status)}"# + "\n"
  }

  @Test func noop() {
    let stage = stage()
    let listed =
      #"{"attributes":{},"name":"noop_downstream","type":"noop","stream":"downstream","toxicity":1}"#
    #expect(add(stage, #"{"type":"noop"}"#) == "200 " + listed)
    #expect(stage.line("GET", "/proxies/a/toxics") == "200 [\(listed)]")
    #expect(stage.line("GET", "/proxies/a/toxics/noop_downstream") == "200 " + listed)
    #expect(stage.ask("DELETE", "/proxies/a/toxics/noop_downstream").status == 204)
    #expect(stage.host.takeCalls().isEmpty)
  }

  @Test func complaintsComeInOrder() {
    let stage = stage()
    let complaints = [
      ("", "bad request body: EOF"),
      (#"{"stream":"side"}"#, "stream was invalid, can be either upstream or downstream"),
      (#"{"type":"vlugf"}"#, "invalid toxic type"), ("{}", "invalid toxic type"),
      (#"{"type":"stal"}"#, "invalid toxic type; did you mean `stall`?"),
      (
        #"{"type":"noop","toxicity":"x"}"#,
        "bad request body: json: cannot unmarshal string into Go struct field Toxic.toxicity of "
          + "type float32"
      ),
      (#"{"type":"noop","name":"a/b"}"#, "name must fit into a path: no slash, and not only dots"),
    ]
    for (body, message) in complaints { #expect(add(stage, body) == failure(400, message)) }
    #expect(add(stage, #"{"type":"noop","name":"n"}"#).hasPrefix("200"))
    #expect(
      add(stage, #"{"type":"stall","name":"n","stream":"upstream","attributes":{"x":1}}"#)
        == failure(409, "toxic already exists"))
    #expect(
      stage.line("POST", "/proxies/b/toxics", "{}") == failure(404, "proxy not found"))
    #expect(stage.line("GET", "/proxies/b/toxics") == failure(404, "proxy not found"))
    #expect(stage.line("GET", "/proxies/a/toxics/x") == failure(404, "toxic not found"))
    #expect(stage.line("PATCH", "/proxies/a/toxics/x", "{}") == failure(404, "toxic not found"))
    #expect(stage.line("DELETE", "/proxies/a/toxics/x") == failure(404, "toxic not found"))
  }

  @Test func upstreamToxicsAreListedFirst() {
    let stage = stage()
    for (name, stream) in [("d1", "downstream"), ("u1", "UPSTREAM"), ("d2", "Downstream")] {
      #expect(
        add(stage, #"{"type":"noop","name":"\#(name)","stream":"\#(stream)"}"#)
          .contains(#""stream":"\#(stream)""#))
    }
    let names = stage.line("GET", "/proxies/a/toxics").matches(of: /"name":"(\w+)"/)
    #expect(names.map { String($0.1) } == ["u1", "d1", "d2"])
  }

  @Test(arguments: [("1", "1", 1), ("0.25", "0.25", 0.25), ("7", "7", 1), ("-1", "-1", 0)])
  func toxicityIsAProbability(given: String, listed: String, probability: Double) throws {
    let stage = stage()
    let answer = add(
      stage, #"{"type":"stall","attributes":{"at":"byte(1)"},"toxicity":\#(given)}"#)
    #expect(answer.hasSuffix(#""toxicity":\#(listed)}"#))
    guard case .install(_, let rule)? = stage.host.takeCalls().first else {
      Issue.record("no rule")
      return
    }
    #expect(rule.probability == probability)
  }

  @Test func ourFaultsTakeTheirSettingsAndAPosition() throws {
    let stage = stage()
    let answer = add(
      stage, #"{"type":"pause","attributes":{"length":300,"at":"request(2) event(3)"}}"#)
    #expect(
      answer
        == #"200 {"attributes":{"length":300,"at":"request(2) event(3)"},"#
        + #""name":"pause_downstream","type":"pause","stream":"downstream","toxicity":1}"#)
    var expected = try FaultRule("pause 300ms at request(2) event(3)")
    expected.text = "pause length=300ms downstream at request(2) event(3)"
    #expect(stage.host.takeCalls() == [.install(1, expected)])
    // What is not sent stays as it is.
    let updated = stage.line(
      "PATCH", "/proxies/a/toxics/pause_downstream",
      #"{"attributes":{"length":"normal(20ms,5ms)"},"toxicity":0.5,"name":"x","type":"y"}"#)
    #expect(
      updated
        == #"200 {"attributes":{"length":"normal(20ms,5ms)","at":"request(2) event(3)"},"#
        + #""name":"pause_downstream","type":"pause","stream":"downstream","toxicity":0.5}"#)
    guard case .update(1, let rule)? = stage.host.takeCalls().first else {
      Issue.record("no update")
      return
    }
    #expect(
      rule.values["length"]
        == .distribution(.normal(mean: .milliseconds(20), deviation: .milliseconds(5))))
    #expect(rule.position == .event(3))
    #expect(rule.requests == 2...2)
  }

  @Test(arguments: [
    (#"{"lenght":1,"at":"event(1)"}"#, "`pause` has no setting `lenght`; did you mean `length`?"),
    (#"{"length":-1,"at":"event(1)"}"#, "a duration cannot be negative"),
    (#"{"length":99999999999,"at":"event(1)"}"#, "a duration is at most 60m"),
    (#"{"length":true,"at":"event(1)"}"#, "`length` takes a number or a string"),
    (#"{"at":"event(1)"}"#, "`pause` needs its length: `pause 300ms at event(3)`"),
    (#"{"length":1,"at":"event(1) p=0.1"}"#, "unexpected `p` behind the end"),
    (#"{"length":"1ms at event(4)"}"#, "unexpected `at` behind the end"),
  ])
  func brokenSettingsChangeNothing(attributes: String, message: String) {
    let stage = stage()
    #expect(
      add(stage, #"{"type":"pause","attributes":\#(attributes)}"#) == failure(400, message))
    #expect(stage.line("GET", "/proxies/a/toxics") == "200 []")
    _ = add(stage, #"{"type":"pause","attributes":{"length":1,"at":"event(1)"}}"#)
    let before = stage.line("GET", "/proxies/a/toxics")
    _ = stage.host.takeCalls()
    if attributes.contains("length"), !attributes.contains("event(4)") {
      let body = #"{"attributes":\#(attributes)}"#
      #expect(
        stage.line("PATCH", "/proxies/a/toxics/pause_downstream", body) == failure(400, message))
    }
    #expect(stage.line("GET", "/proxies/a/toxics") == before)
    #expect(stage.host.takeCalls().isEmpty)
  }

  /// Every fault that there is can be asked for with the settings of its own example.
  @Test(arguments: Faults.specs)
  func everyFaultIsAType(spec: FaultSpec) {
    let stage = stage()
    #expect(add(stage, #"{"type":"\#(spec.name)"}"#) != failure(400, "invalid toxic type"))
  }

  @Test func numbersOfRulesFollowFromNames() {
    func ids(_ names: [String]) -> [String: Int] {
      let stage = stage()
      for name in names {
        _ = add(stage, #"{"type":"stall","name":"\#(name)","attributes":{"at":"byte(0)"}}"#)
      }
      _ = stage.ask("PATCH", "/proxies/a", #"{"enabled":false}"#)
      _ = stage.host.takeCalls()
      _ = stage.ask("PATCH", "/proxies/a", #"{"enabled":true}"#)
      guard case .start(_, let rules)? = stage.host.takeCalls().first else { return [:] }
      return Dictionary(uniqueKeysWithValues: zip(names, rules))
    }
    #expect(ids(["x", "y", "z"]) == ids(["z", "x", "y"]))
    #expect(ids(["x", "y"]).count == 2)
  }
}
