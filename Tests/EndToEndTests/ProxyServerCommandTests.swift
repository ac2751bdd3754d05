import Foundation
import Testing

/// `relaymark proxy` with a base URL as its upstream, as a user runs it.
@Suite(.waits) struct ProxyServerCommandTests {
  @Test func requestsGoBehindTheBaseAndSecretsNowhereElse() throws {
    let origin = try HostileServer { request, connection in
      let text = String(decoding: request, as: UTF8.self)
      let isRight =
        text.hasPrefix("POST /api/v1/chat?key=sk-in-the-url&a=b HTTP/1.1\r\n")
        && text.contains("\r\nAuthorization: Bearer sk-in-a-head\r\n")
        && text.contains("\r\nHost: 127.0.0.1:") && text.hasSuffix("\r\n\r\nhi")
      let body = isRight ? "right" : "wrong"
      HostileServer.send(
        Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\(body)".utf8), to: connection)
    }
    defer { origin.stop() }
    let directory = try CommandLineTool.scratch("proxy-server")
    let result = try RunningProxy.run([
      "--listen=127.0.0.1:0",
      "--upstream=http://127.0.0.1:\(origin.port)/api/v1/?key=sk-in-the-url",
      "--api=127.0.0.1:0", "--log=\(directory)/log.jsonl", "--record=\(directory)/all.jsonl",
      "--fault=latency 1ms",
    ]) { running in
      let client = try running.client()
      for _ in 1...3 {
        client.send(
          """
          POST /chat?a=b HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer sk-in-a-head\r\n\
          Content-Length: 2\r\n\r\nhi
          """)
        #expect(try client.response().body == "right")
      }
      #expect(try running.control("GET /metrics") == 200)
    }
    #expect(result.status == 0, "\(result.error)")
    #expect(result.error.contains("forwards to http://127.0.0.1:\(origin.port)/api/v1\n"))
    let files = try ["log.jsonl", "all.jsonl"].map {
      try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8)
    }
    for text in files + [result.error, result.out] { #expect(!text.contains("sk-in"), "\(text)") }
    #expect(files[1].contains("POST /chat?a=b"))
  }

  @Test func anUpstreamThatIsDownIsSaid() throws {
    let origin = try HostileServer(head: "", body: [])
    origin.stop()
    let result = try RunningProxy.run([
      "--listen=127.0.0.1:0", "--upstream=https://127.0.0.1:\(origin.port)/v1",
    ]) { running in
      let client = try running.client()
      client.send("GET / HTTP/1.1\r\nHost: here\r\n\r\n")
      let answer = try client.response()
      #expect(answer.status == 502)
      #expect(answer.body.contains("cannot be reached"))
    }
    #expect(result.status == 0)
    #expect(result.error.contains("1 times no upstream"), "\(result.error)")
  }

  @Test(arguments: [
    ["--upstream=ftp://host/v1"], ["--upstream=https://"], ["--upstream=https://host:99999/v1"],
    ["--upstream=https://someone:sk-password@host/v1"],
    ["--upstream=https://host/v1", "--cacert=/no/such/file"],
  ])
  func whatCannotBeAnUpstreamIsAUsageError(_ options: [String]) throws {
    let result = try CommandLineTool.run(["proxy", "--listen=127.0.0.1:0"] + options)
    #expect(result.status == 2, "\(result.error)")
    #expect(result.error.contains(options.count == 1 ? "upstream" : "--cacert=/no/such/file"))
    #expect(!result.error.contains("sk-password"))
  }
}
