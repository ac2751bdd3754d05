import Core
import Harness
import Platform
import Wire

/// A host that only writes down what it is told, and has addresses of its own.
final class NotedHost: ProxyHost {
  enum Call: Hashable {
    case start(Int, rules: [Int])
    case stop(Int)
    case install(Int, FaultRule)
    case update(Int, FaultRule)
    case withdraw(Int)
  }

  private(set) var calls: [Call] = []
  private(set) var names: [Int: String] = [:]
  /// Addresses that somebody else has.
  var taken: Set<Endpoint> = []
  private var bound: [Int: Endpoint] = [:]
  private var listening: Set<Endpoint> = []
  private var nextPort: UInt16 = 40_000

  func takeCalls() -> [Call] {
    defer { calls = [] }
    return calls
  }

  func listen(_ endpoint: Endpoint) throws(SystemError) -> Listener {
    var got = numeric(endpoint) ?? endpoint
    if endpoint.port == 0 {
      got.port = nextPort
      nextPort += 1
    }
    guard !taken.contains(got), listening.insert(got).inserted else {
      throw SystemError("listen on \(endpoint)", code: 98, reason: "Address already in use")
    }
    return Listener(descriptor: -1, endpoint: got)
  }

  func numeric(_ endpoint: Endpoint) -> Endpoint? {
    endpoint.host == "example.test"
      ? Endpoint(host: "192.0.2.7", port: endpoint.port) : endpoint
  }

  func start(_ proxy: HostedProxy, listener: Listener) {
    bound[proxy.id] = listener.endpoint
    names[proxy.id] = proxy.name
    calls.append(.start(proxy.id, rules: proxy.rules.map(\.id)))
  }

  func stop(_ proxy: Int) {
    if let endpoint = bound.removeValue(forKey: proxy) { listening.remove(endpoint) }
    calls.append(.stop(proxy))
  }

  func install(_ rule: InstalledRule, on proxy: Int) { calls.append(.install(proxy, rule.rule)) }
  func update(_ rule: InstalledRule, on proxy: Int) { calls.append(.update(proxy, rule.rule)) }
  func withdraw(_ rule: Int, from proxy: Int) { calls.append(.withdraw(proxy)) }
}

/// A registry with that host, asked as a client asks, in plain text.
final class ControlStage {
  let host = NotedHost()
  private(set) var state: ControlState

  init(names: [String] = []) { state = ControlState(host: host, names: names) }

  func ask(
    _ method: String, _ path: String, _ body: String = "",
    headers: [(String, String)] = [("Host", "localhost:8474")]
  ) -> ControlResponse {
    state.handle(
      HTTPRequest(
        method: method, target: path, minorVersion: 1,
        headers: headers.map { HeaderField(name: $0.0, value: $0.1) }, head: [],
        body: Array(body.utf8)))
  }

  /// Status and body of an answer, as one line to compare with.
  func line(_ method: String, _ path: String, _ body: String = "") -> String {
    let response = ask(method, path, body)
    return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
  }

  func create(
    _ name: String, listen: String = "127.0.0.1:0", upstream: String = "127.0.0.1:9"
  ) {
    _ = ask(
      "POST", "/proxies",
      #"{"name":"\#(name)","listen":"\#(listen)","upstream":"\#(upstream)"}"#)
    _ = host.takeCalls()
  }
}
