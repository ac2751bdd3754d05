import Core
import Wire

/// What can be asked about toxics.
extension ControlState {
  func toxic(_ name: String, of proxyName: String) throws(ControlError) -> Toxic {
    guard let toxic = try proxy(proxyName).allToxics.first(where: { $0.name == name }) else {
      throw .noToxic
    }
    return toxic
  }

  /// In Toxiproxy's order of complaints: JSON, stream, type, name, attributes.
  mutating func addToxic(to proxyName: String, _ bytes: [UInt8]) throws(ControlError) -> Toxic {
    var proxy = try proxy(proxyName)
    let body = try ControlBody(bytes, type: "Toxic")
    let stream = try body.string("stream") ?? FaultDirection.downstream.rawValue
    let type = try body.string("type") ?? ""
    let given = try body.string("name") ?? ""
    let toxicity = try body.float("toxicity") ?? 1
    guard let direction = FaultDirection(rawValue: stream.lowercased()) else {
      throw ControlError(400, "stream was invalid, can be either upstream or downstream")
    }
    let name = given.isEmpty ? "\(type)_\(stream)" : given
    let kind = try types.type(
      named: type, attributes: try? body.object("attributes", type: "Toxic"))
    guard !proxy.allToxics.contains(where: { $0.name == name }) else {
      throw ControlError(409, "toxic already exists")
    }
    try Self.check(name: name, "name")
    guard proxy.allToxics.count < Limits.controlToxics else {
      throw ControlError(400, "a proxy can have \(Limits.controlToxics) toxics at most")
    }
    let attributes = try body.object("attributes", type: kind.goName)
    let toxic = try Toxic(
      id: Self.id(of: name, in: proxy), name: name, type: kind, stream: stream,
      direction: direction, toxicity: toxicity, attributes: attributes)
    proxy.toxics[direction, default: []].append(toxic)
    proxies[proxyName] = proxy
    if proxy.isEnabled, let rule = toxic.rule { host.install(rule, on: proxy.id) }
    return toxic
  }

  mutating func updateToxic(
    _ name: String, of proxyName: String, _ bytes: [UInt8]
  ) throws(ControlError) -> Toxic {
    var proxy = try proxy(proxyName)
    var toxic = try toxic(name, of: proxyName)
    let body = try ControlBody(bytes, type: "Toxic")
    try toxic.update(
      toxicity: try body.float("toxicity"),
      attributes: try body.object("attributes", type: toxic.type.goName))
    let index = proxy.toxics[toxic.direction]?.firstIndex { $0.name == name }
    if let index { proxy.toxics[toxic.direction]?[index] = toxic }
    proxies[proxyName] = proxy
    if proxy.isEnabled, let rule = toxic.rule { host.update(rule, on: proxy.id) }
    return toxic
  }

  mutating func removeToxic(_ name: String, of proxyName: String) throws(ControlError)
    -> ControlResponse
  {
    var proxy = try proxy(proxyName)
    let toxic = try toxic(name, of: proxyName)
    proxy.toxics[toxic.direction]?.removeAll { $0.name == name }
    proxies[proxyName] = proxy
    if proxy.isEnabled, toxic.rule != nil { host.withdraw(toxic.id, from: proxy.id) }
    return .empty
  }

  /// The number of a toxic follows from the names, so that what is drawn for it does not depend on
  /// what was asked for before it (FNV-1a, 62 bits).
  private static func id(of name: String, in proxy: ControlledProxy) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(proxy.name)/\(name)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var id = Int(hash >> 2)
    while proxy.allToxics.contains(where: { $0.id == id }) { id += 1 }
    return id
  }
}
