package import Core

/// Cuts what passes into pieces that are written one by one, as a link with small packets does.
///
/// The places where it cuts hang on the seed and on the bytes counted, not on how they were read,
/// and nothing is held back: a piece that was read in two parts is written in two.
package struct SliceFault: Fault {
  package static let spec = FaultSpec(
    "slice", "cuts what passes into small writes",
    effect: .reshapes, placement: .span,
    parameters: [
      FaultParameter("size", .size(1...Limits.bodyBytes), "bytes of a piece on average"),
      FaultParameter(
        "variation", .size(0...Limits.bodyBytes), preset: .number(0),
        "how much shorter or longer a piece may be, each length as often"),
      PieceSender.parameter,
    ],
    example: "slice 16 variation=8 gap=2ms")

  package static func problem(in rule: FaultRule) -> String? {
    let size = rule.number("size")
    if size < 1 { return "the `size` of a piece is at least 1 byte" }
    return (0..<size).contains(rule.number("variation"))
      ? nil : "the `variation` must be less than the size of \(size) bytes"
  }

  private let size: Int
  private let variation: Int
  private var sender: PieceSender
  /// What the piece under way still lacks.
  private var left = 0

  package init(_ rule: FaultRule) {
    size = rule.number("size")
    variation = rule.number("variation")
    sender = PieceSender(gap: rule.duration("gap"))
  }

  package func passesChunks(isActive: Bool) -> Bool { !isActive }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    guard case .chunk(let chunk) = input else { return }
    guard turn.isActive, chunk.kind != .head else { return turn.send(chunk) }
    if left == 0 { left = size + deviation(&turn.random) }
    guard chunk.bytes.count > left else {
      left -= chunk.bytes.count
      return sender.send(chunk, &turn)
    }
    let (piece, rest) = chunk.split(at: left)
    left = 0
    sender.send(piece, &turn)
    turn.again(rest)
  }

  /// From -variation to +variation, each as likely, so that the mean is the size.
  private func deviation(_ random: inout SplitMix64) -> Int {
    let choices = UInt64(2 * variation + 1)
    return Int(choices.multipliedFullWidth(by: random.next()).high) - variation
  }
}
