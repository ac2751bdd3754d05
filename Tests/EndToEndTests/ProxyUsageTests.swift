import Foundation
import Testing

/// What `relaymark proxy` says to what it cannot do.
@Suite(.waits) struct ProxyUsageTests {
  private static let place = ["--listen=127.0.0.1:0", "--upstream=127.0.0.1:1"]

  /// By name: the options, and what must be said.
  private static let mistakes: [String: (options: [String], message: String)] = [
    "nothing": ([], "--listen=HOST:PORT and --upstream=URL say what to do, or --api"),
    "half": (["--listen=127.0.0.1:0"], "--listen and --upstream go together"),
    "listen": (
      ["--listen=here", "--upstream=a:1"], "here is nowhere to listen: it takes HOST:PORT"
    ),
    "port": (["--listen=a:99999", "--upstream=a:1"], "a:99999 is nowhere to listen"),
    "upstream": (["--listen=a:1", "--upstream=there"], "upstream must be HOST:PORT or a URL"),
    "fault": (place + ["--fault=rset at event(5)"], "unknown fault `rset`; did you mean `reset`?"),
    "place": (place + ["--fault=reset at evnt(5)"], "did you mean `event`?"),
    "samples": (place + ["--fault=latency empirical('no/such')"], "cannot read"),
    "bytes": (
      place + ["--bytes", "--fault=reset at byte(5)", "--fault=bom"],
      "with --bytes no HTTP is read, without which \"bom\" never strikes"
    ),
    "nobody": (["--api", "--fault=reset at event(5)"], "faults are those of a proxy"),
    "dialect": (place + ["--dialect=openai-chta"], "did you mean openai-chat?"),
    "log": (place + ["--log=/no/such/log"], "--log=/no/such/log: No such file or directory"),
    "config": (["--config=/no/such"], "cannot read /no/such: No such file or directory"),
  ]

  @Test(arguments: mistakes.keys.sorted())
  func mistakesAreUsageErrors(name: String) throws {
    let (options, message) = try #require(Self.mistakes[name])
    let result = try CommandLineTool.run(["proxy"] + options)
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test(arguments: [
    (#"[{"name":"a""#, "the configuration: bad request body: unexpected EOF"),
    (#"[{"name":"a"}]"#, "the configuration: missing required field: upstream at proxy 1"),
    (#"[{"name":"a/b","upstream":"b:1"}]"#, "the configuration: name at proxy 1 must fit"),
  ])
  func configurationsThatAreNone(text: String, message: String) throws {
    let path = try CommandLineTool.scratch("proxy-usage") + "/toxiproxy.json"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    let result = try CommandLineTool.run(["proxy", "--config=\(path)"])
    #expect(result.status == 2)
    #expect(result.error.contains(message), "\(result.error)")
  }

  @Test(arguments: ["--listen", "--api"])
  func aBusyPortIsNamed(option: String) throws {
    let server = try HostileServer(head: "", body: [])
    defer { server.stop() }
    let busy = "127.0.0.1:\(server.port)"
    let others = ["--listen", "--api"].filter { $0 != option }.map { "\($0)=127.0.0.1:0" }
    let result = try CommandLineTool.run(
      ["proxy", "--upstream=127.0.0.1:1", "\(option)=\(busy)"] + others)
    #expect(result.status == 5)
    #expect(result.error.contains(busy) && result.error.lowercased().contains("already in use"))
    #expect(result.error.contains("stop what listens there or choose another port"))
  }

  @Test func latenciesFromAFile() throws {
    let path = try CommandLineTool.scratch("proxy-usage") + "/gaps.txt"
    try "300ms\n301ms\n".write(toFile: path, atomically: true, encoding: .utf8)
    let body = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    let origin = try HostileServer(head: body, body: [])
    defer { origin.stop() }
    let result = try RunningProxy.run([
      "--listen=127.0.0.1:0", "--upstream=127.0.0.1:\(origin.port)",
      "--fault=latency empirical('\(path)')",
    ]) { running in
      let clock = ContinuousClock()
      let begun = clock.now
      let answer = try running.get()
      #expect(answer == "ok")
      #expect(clock.now - begun >= .milliseconds(300))
    }
    #expect(result.error.contains("1 faults carried out"))
  }
}
