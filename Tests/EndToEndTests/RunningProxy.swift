import Foundation
import Platform
import Testing

/// A `relaymark proxy` that runs, and what a test does to it.
final class RunningProxy {
  let listen: Endpoint
  let api: Endpoint?
  /// What it has written to stdout so far: the log, where `--log=-` says so.
  let output: GrowingText
  private var controller: BlockingClient?

  private init(listen: Endpoint, api: Endpoint?, output: GrowingText) {
    self.listen = listen
    self.api = api
    self.output = output
  }

  /// Starts it, lets `use` do what it wants, and interrupts it.
  ///
  /// - Parameter shell: what a shell does before, such as `ulimit -f 2`.
  static func run(
    _ options: [String], shell: String? = nil, use: (RunningProxy) throws -> Void
  ) throws -> CommandLineTool.Result {
    let output = GrowingText()
    return try CommandLineTool.run(
      ["proxy"] + options, shell: shell, output: output,
      interruptWhen: { text in
        guard text.contains("Ctrl-C ends it") else { return false }
        let listen = try #require(text.firstMatch(of: /listens at (\S+) and/))
        let api = text.firstMatch(of: /control at http:\/\/(\S+)/)
        try use(
          RunningProxy(
            listen: try #require(Endpoint(String(listen.1))),
            api: api.flatMap { Endpoint(String($0.1)) }, output: output))
        return true
      })
  }

  /// The objects of a log.
  static func lines(of path: String) throws -> [[String: Any]] {
    try lines(in: try String(contentsOfFile: path, encoding: .utf8))
  }

  static func lines(in text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  func client() throws -> BlockingClient { try BlockingClient(listen) }

  /// The body of an answer.
  func get() throws -> String {
    let client = try client()
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    return try client.response().body
  }

  /// One request to the control interface, on a connection that stays: the status.
  func control(_ line: String, _ body: String = "") throws -> Int {
    let client = try controller ?? BlockingClient(try #require(api))
    controller = client
    client.send(
      "\(line) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    return try client.response().status
  }
}
