package import Core

/// Ends the connection once so many bytes have passed, to the byte: heads and framing count.
package struct LimitDataFault: Fault {
  package static let spec = FaultSpec(
    "limit-data", "ends the connection after so many bytes",
    effect: .cuts, placement: .span,
    parameters: [
      FaultParameter("size", .size(0...1_000_000_000_000), "how many bytes pass"),
      ConnectionCut.parameter([.close, .reset, .halfClose]),
    ],
    example: "limit-data 10KB")

  private var cut: ConnectionCut
  private var size: Int
  private var passed = 0
  private var isOver = false

  package init(_ rule: FaultRule) {
    size = rule.number("size")
    cut = ConnectionCut(rule)
  }

  /// What has passed counts for the new limit as well.
  package mutating func change(_ rule: FaultRule, _ turn: inout FaultTurn) -> Bool {
    size = rule.number("size")
    cut = ConnectionCut(rule)
    return true
  }

  package func passesChunks(isActive: Bool) -> Bool { !isActive && !isOver }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input, !isOver else { return }
    guard turn.isActive else { return turn.send(chunk) }
    let left = size - passed
    passed += chunk.bytes.count
    if chunk.bytes.count < left { return turn.send(chunk) }
    if chunk.bytes.count == left {
      turn.send(chunk)
    } else if left > 0 {
      turn.send(chunk.split(at: left).0)
    }
    isOver = true
    turn.actions.append(cut.action)
  }
}
