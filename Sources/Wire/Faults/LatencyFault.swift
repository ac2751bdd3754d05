package import Core

/// Delays each chunk by a draw that counts from its arrival; order is kept.
///
/// A FIN passes right behind the last chunk. What `memory` is for: `SerialDraws`.
package struct LatencyFault: Fault {
  package static let spec = FaultSpec(
    "latency", "delays every chunk, in order",
    effect: .delays, placement: .span,
    parameters: [
      FaultParameter("length", .distribution, "how long"),
      FaultParameter(
        "memory", .duration, preset: .duration(.zero),
        "how long a draw stays like those before it; keep it well above the distance of chunks and "
          + "the width of the distribution, or waiting for slower ones before it delays all"),
    ],
    example: "latency lognormal(p50=20ms, p99=200ms) memory=2s")

  private let length: Distribution
  private var draws: SerialDraws

  package init(_ rule: FaultRule) {
    length = rule.distribution("length")
    draws = SerialDraws(memory: rule.duration("memory"))
  }

  package func passesChunks(isActive: Bool) -> Bool { !isActive }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    if turn.isActive {
      turn.wait(until: chunk.at + draws.sample(length, at: chunk.at, &turn.random))
    }
    turn.send(chunk)
  }
}
