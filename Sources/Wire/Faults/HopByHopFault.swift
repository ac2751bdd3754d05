package import Core

/// Takes away what is about one connection alone, as whoever passes a message on has to (RFC 9110
/// section 7.6.1): the fields that `Connection` names, and those that are known to be so.
package struct HopByHopFault: Fault {
  package static let spec = FaultSpec(
    "hop-by-hop", "takes away the fields that are about one connection alone, as a gateway has to",
    effect: .edits, placement: .whole, example: "hop-by-hop")

  private static let known = ["Keep-Alive", "Proxy-Connection", "TE", "Upgrade"]

  package init(_ rule: FaultRule) {}

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive, var head = chunk.messageHead else { return turn.send(chunk) }
    var closes = false
    for value in head.values(of: "Connection") {
      for name in value.split(separator: UInt8(ascii: ",")) {
        let name = String(decoding: name, as: UTF8.self).filter { $0 != " " && $0 != "\t" }
        if name.lowercased() == "close" {
          closes = true
        } else if name.lowercased() != "keep-alive" {
          head.remove(name)
        }
      }
    }
    for name in Self.known + ["Connection"] { head.remove(name) }
    // The connection is one with that behind it: it ends when that does.
    if closes { head.append("Connection", "close") }
    turn.send(chunk.with(head))
  }
}
