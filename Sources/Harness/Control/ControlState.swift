package import Core
package import Wire

/// The registry behind the control interface: which proxies there are, what they are told to do,
/// and the answer to every request (Toxiproxy 2.12's contract).
///
/// It alone says how things are; the host carries them out and is never asked. A request is looked
/// over whole before anything is changed, so that a broken one changes nothing.
package struct ControlState {
  let host: any ProxyHost
  let types: ToxicTypes
  let guardian: ControlGuard
  var proxies: [String: ControlledProxy] = [:]
  private var made = 0

  /// - Parameters:
  ///   - faults: those that toxics may ask for.
  ///   - names: host names besides `localhost` by which the interface may be called.
  package init(host: any ProxyHost, faults: [FaultSpec] = Faults.specs, names: [String] = []) {
    self.host = host
    types = ToxicTypes(faults)
    guardian = ControlGuard(names: names)
  }

  /// What clients that ask take it for.
  static let version = "2.12.0"

  package mutating func handle(_ request: HTTPRequest) -> ControlResponse {
    if let refusal = guardian.refusal(of: request) { return refusal }
    guard let path = ControlPath(request.path) else {
      return .unrouted(.text(404, "404 page not found\n"))
    }
    guard path.methods.contains(request.method) else {
      return .unrouted(ControlResponse(status: 405))
    }
    if guardian.isBrowser(request) { return .text(403, "User agent not allowed\n") }
    do throws(ControlError) {
      return try answer(path, request)
    } catch {
      return error.response
    }
  }

  private mutating func answer(_ path: ControlPath, _ request: HTTPRequest) throws(ControlError)
    -> ControlResponse
  {
    switch (path, request.method) {
    case (.version, _): version
    case (.metrics, _): OpenMetrics.response(sorted)
    case (.reset, _): try reset()
    case (.populate, _): try populate(request.body)
    case (.proxies, "GET"): .json(200, .object(sorted.map { .init($0.name, $0.value) }))
    case (.proxies, _): .json(201, try create(request.body).value)
    case (.proxy(let name), "GET"): .json(200, try proxy(name).value)
    case (.proxy(let name), "DELETE"): try delete(name)
    case (.proxy(let name), _): .json(200, try update(name, request.body).value)
    case (.toxics(let name), "GET"): .json(200, .array(try proxy(name).toxicValues))
    case (.toxics(let name), _): .json(200, try addToxic(to: name, request.body).value)
    case (.toxic(let name, let toxic), "GET"): .json(200, try self.toxic(toxic, of: name).value)
    case (.toxic(let name, let toxic), "DELETE"): try removeToxic(toxic, of: name)
    case (.toxic(let name, let toxic), _):
      .json(200, try updateToxic(toxic, of: name, request.body).value)
    }
  }

  private var version: ControlResponse {
    ControlResponse(
      status: 200, mediaType: "application/json;charset=utf-8",
      body: Array("{\"version\": \"\(Self.version)\"}\n".utf8))
  }

  // MARK: - For its parts

  /// By name, so that answers do not depend on a hash.
  package var sorted: [ControlledProxy] { proxies.values.sorted { $0.name < $1.name } }

  func proxy(_ name: String) throws(ControlError) -> ControlledProxy {
    guard let proxy = proxies[name] else { throw .noProxy }
    return proxy
  }

  /// A number that no other proxy has had.
  mutating func nextID() -> Int {
    made += 1
    return made
  }
}

/// What a path asks for; the names in it are decoded.
enum ControlPath: Hashable {
  case version, metrics, reset, populate, proxies
  case proxy(String)
  case toxics(String)
  case toxic(String, String)

  /// Nil for what is none, a slash at the end included.
  init?(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
      Self.decoded($0)
    }
    guard path.hasPrefix("/"), !parts.contains(nil) else { return nil }
    let names = parts.compactMap { $0 }
    guard !names.contains("") else { return nil }
    switch (names.first, names.count) {
    case ("version", 1): self = .version
    case ("metrics", 1): self = .metrics
    case ("reset", 1): self = .reset
    case ("populate", 1): self = .populate
    case ("proxies", 1): self = .proxies
    case ("proxies", 2): self = .proxy(names[1])
    case ("proxies", 3) where names[2] == "toxics": self = .toxics(names[1])
    case ("proxies", 4) where names[2] == "toxics": self = .toxic(names[1], names[3])
    default: return nil
    }
  }

  var methods: [String] {
    switch self {
    case .version, .metrics: ["GET"]
    case .reset, .populate: ["POST"]
    case .proxies, .toxics: ["GET", "POST"]
    case .proxy, .toxic: ["GET", "POST", "PATCH", "DELETE"]
    }
  }

  /// Percent-decodes one segment (RFC 3986 section 2.1); nil if it cannot be.
  private static func decoded(_ segment: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = segment.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ $0 != UInt8(ascii: "+") }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
