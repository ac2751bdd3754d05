import Core
import Platform
import Wire

/// What can be asked about proxies.
extension ControlState {
  /// What a request says of a proxy; nil is "not given".
  private struct Request {
    var name: String?
    var listen: String?
    var upstream: String?
    var enabled: Bool?

    init(_ body: ControlBody) throws(ControlError) {
      name = try body.string("name")
      listen = try body.string("listen")
      upstream = try body.string("upstream")
      enabled = try body.bool("enabled")
    }

    /// - Parameter place: where it stands in a list, for messages.
    func required(at place: String = "") throws(ControlError) -> (name: String, upstream: String) {
      guard let name, !name.isEmpty else {
        throw ControlError(400, "missing required field: name\(place)")
      }
      guard let upstream, !upstream.isEmpty else {
        throw ControlError(400, "missing required field: upstream\(place)")
      }
      try ControlState.check(name: name, "name\(place)")
      return (name, upstream)
    }
  }

  /// A name must fit into one segment of a path, or nobody could ask for it again.
  static func check(name: String, _ what: String) throws(ControlError) {
    guard !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
      throw ControlError(400, "\(what) must fit into a path: no slash, and not only dots")
    }
  }

  mutating func create(_ body: [UInt8]) throws(ControlError) -> ControlledProxy {
    let request = try Request(ControlBody(body, type: "Proxy"))
    let (name, upstream) = try request.required()
    guard proxies[name] == nil else { throw ControlError(409, "proxy already exists") }
    return try create(
      name: name, listen: request.listen, upstream: upstream, enabled: request.enabled ?? true)
  }

  /// A new proxy of its own words.
  /// - Parameter rules: what it does from the start; no toxics, and no request changes them.
  @discardableResult
  package mutating func create(
    name: String, listen: String?, upstream: String, enabled: Bool = true,
    rules: [InstalledRule] = []
  ) throws(ControlError) -> ControlledProxy {
    guard proxies.count < Limits.controlProxies else {
      throw ControlError(400, "there can be \(Limits.controlProxies) proxies at most")
    }
    // Nobody said that other machines may use it.
    let listen = listen.flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1:0"
    let address = try ListenAddress(listen)
    var proxy = ControlledProxy(
      id: nextID(), name: name, listen: listen, upstream: try Self.upstream(upstream),
      upstreamText: upstream, counters: ProxyCounters())
    proxy.rules = rules
    if enabled { try start(&proxy, at: address) }
    proxies[name] = proxy
    return proxy
  }

  mutating func update(_ name: String, _ body: [UInt8]) throws(ControlError) -> ControlledProxy {
    var proxy = try proxy(name)
    let request = try Request(ControlBody(body, type: "Proxy"))
    let enabled = request.enabled ?? proxy.isEnabled
    let upstreamText = request.upstream.flatMap { $0.isEmpty ? nil : $0 } ?? proxy.upstreamText
    let upstream = try Self.upstream(upstreamText)
    var address = try ListenAddress(proxy.listen)
    var moves = false
    if let listen = request.listen, !listen.isEmpty {
      do {
        address = try ListenAddress(listen)
      } catch {
        // Go resolves the address here before it listens, and says less.
        throw ControlError(500, error.message.replacing("listen tcp: ", with: ""))
      }
      moves = !isSame(address, proxy.listen)
      if moves, !enabled { proxy.listen = listen }
    }
    let differs = moves || upstreamText != proxy.upstreamText
    proxy.upstream = upstream
    proxy.upstreamText = upstreamText
    if proxy.isEnabled, differs || !enabled {
      try restart(&proxy, at: enabled ? address : nil, moves: moves)
    } else if enabled, !proxy.isEnabled {
      try start(&proxy, at: address)
    }
    proxies[name] = proxy
    return proxy
  }

  mutating func delete(_ name: String) throws(ControlError) -> ControlResponse {
    let proxy = try proxy(name)
    stop(proxy)
    proxies[name] = nil
    return .empty
  }

  /// Enables every proxy and removes every toxic.
  mutating func reset() throws(ControlError) -> ControlResponse {
    for var proxy in sorted {
      for toxic in proxy.allToxics where toxic.rule != nil && proxy.isEnabled {
        host.withdraw(toxic.id, from: proxy.id)
      }
      proxy.toxics = [:]
      proxies[proxy.name] = proxy
      guard !proxy.isEnabled else { continue }
      try start(&proxy, at: ListenAddress(proxy.listen))
      proxies[proxy.name] = proxy
    }
    return .empty
  }

  // MARK: - Populate

  mutating func populate(_ body: [UInt8]) throws(ControlError) -> ControlResponse {
    var done: [JSONValue] = []
    var answer = ControlResponse.json(201, .null)
    var members: [JSONValue.Member] = []
    do throws(ControlError) {
      let requests = try Self.proxies(in: ControlBody.document(body))
      for request in requests { done.append(try populate(request).value) }
    } catch {
      answer.status = error.status
      if case .object(let said) = error.value { members = said }
    }
    members.append(.init("proxies", done.isEmpty ? .null : .array(done)))
    answer.body = JSONValue.object(members).serialized()
    return answer
  }

  /// Makes the proxies of a configuration file, which has the form of a `populate` request.
  package mutating func populate(configuration: [UInt8]) throws(ControlError) {
    for request in try Self.proxies(in: ControlBody.document(configuration)) {
      _ = try populate(request)
    }
  }

  /// All are looked over before the first is made.
  private static func proxies(in document: JSONValue) throws(ControlError) -> [Request] {
    guard let values = document.array else {
      _ = try ControlBody(document, type: "[]struct")
      throw .body("json: cannot unmarshal object into Go value of type []struct")
    }
    var requests: [Request] = []
    for (index, value) in values.enumerated() {
      let request = try Request(ControlBody(value, type: "Proxy"))
      let place = " at proxy \(index + 1)"
      let upstream = try request.required(at: place).upstream
      _ = try Self.upstream(upstream)
      requests.append(request)
    }
    return requests
  }

  /// One that is there already stays as it is, toxics and state included, if it is the same.
  private mutating func populate(_ request: Request) throws(ControlError) -> ControlledProxy {
    let (name, upstream) = try request.required()
    let enabled = request.enabled ?? true
    guard let old = proxies[name] else {
      return try create(name: name, listen: request.listen, upstream: upstream, enabled: enabled)
    }
    let listen = request.listen ?? old.listen
    let address = try ListenAddress(listen)
    let moves = !isSame(address, old.listen)
    if !moves, old.upstreamText == upstream { return old }
    var proxy = ControlledProxy(
      id: nextID(), name: name, listen: moves ? listen : old.listen,
      upstream: try Self.upstream(upstream), upstreamText: upstream, counters: ProxyCounters())
    if enabled {
      try replace(old, by: &proxy, at: address, moves: moves)
    } else {
      stop(old)
    }
    proxies[name] = proxy
    return proxy
  }

  // MARK: - Listening

  /// - Parameter address: where to listen, or nil for nowhere.
  private func restart(_ proxy: inout ControlledProxy, at address: ListenAddress?, moves: Bool)
    throws(ControlError)
  {
    let old = proxy
    guard let address else {
      stop(old)
      proxy.listener = nil
      return
    }
    try replace(old, by: &proxy, at: address, moves: moves)
  }

  /// The new address is taken before the old one is given up, so that a failure changes nothing,
  /// except where the two could exclude each other.
  private func replace(
    _ old: ControlledProxy, by proxy: inout ControlledProxy, at address: ListenAddress,
    moves: Bool
  ) throws(ControlError) {
    if moves, address.endpoint.port != old.listener?.endpoint.port || address.endpoint.port == 0 {
      let listener = try listen(address)
      stop(old)
      start(&proxy, listener)
      return
    }
    stop(old)
    do throws(ControlError) {
      start(&proxy, try listen(address))
    } catch {
      if let before = old.listener, let again = try? host.listen(before.endpoint) {
        var back = old
        start(&back, again)
      }
      throw error
    }
  }

  private func start(_ proxy: inout ControlledProxy, at address: ListenAddress)
    throws(ControlError)
  {
    start(&proxy, try listen(address))
  }

  private func start(_ proxy: inout ControlledProxy, _ listener: Listener) {
    proxy.listener = listener
    proxy.listen = listener.endpoint.description
    host.start(proxy.hosted, listener: listener)
  }

  private func stop(_ proxy: ControlledProxy) {
    if proxy.isEnabled { host.stop(proxy.id) }
  }

  private func listen(_ address: ListenAddress) throws(ControlError) -> Listener {
    do {
      return try host.listen(address.endpoint)
    } catch {
      throw error.whileListening(address.endpoint.description)
    }
  }

  /// Whether an address that is asked for is the one that a proxy has. Port 0 never is.
  private func isSame(_ address: ListenAddress, _ listen: String) -> Bool {
    address.endpoint.port != 0 && host.numeric(address.endpoint)?.description == listen
  }

  static func upstream(_ text: String) throws(ControlError) -> ProxyUpstream {
    guard !text.utf8.contains(UInt8(ascii: "@")) else {
      throw ControlError(400, "upstream must not hold a user or a password")
    }
    guard let upstream = ProxyUpstream(text) else {
      throw ControlError(400, "upstream must be HOST:PORT or a URL, found \(quoted(text))")
    }
    return upstream
  }
}
