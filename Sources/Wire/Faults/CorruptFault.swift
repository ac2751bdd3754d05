package import Core

/// Flips bits of the payload, as a broken buffer does: lengths and framing stay right.
///
/// Which bits, and with `share` which bytes, is drawn byte by byte, and so does not hang on how
/// they were read. Every byte that is hit comes out another.
package struct CorruptFault: Fault {
  package static let spec = FaultSpec(
    "corrupt", "flips bits in the bytes behind a place",
    effect: .edits, placement: .pointOrStart,
    parameters: [
      FaultParameter(
        "bytes", .number(1...Limits.bodyBytes), preset: .number(1), "how many, in a row"),
      FaultParameter("bits", .number(1...8), preset: .number(1), "flipped in each of them"),
      FaultParameter(
        "share", .share, preset: .share(0),
        "instead of `bytes`: of all bytes to the end of the message"),
    ],
    example: "corrupt bytes=3 at event(2)")

  package static func problem(in rule: FaultRule) -> String? {
    guard rule.number("bytes") > 0, (1...8).contains(rule.number("bits")) else {
      return "`bytes` is at least 1, and `bits` 1 to 8"
    }
    return rule.share("share") > 0 && rule.number("bytes") > 1
      ? "corrupts `bytes` in a row or a `share` of all, not both" : nil
  }

  private let bytes: Int
  private let bits: Int
  private let share: Double
  /// How many bytes are still to be hit, and whether some of all behind are.
  private var left = 0
  private var strews = false

  package init(_ rule: FaultRule) {
    bytes = rule.number("bytes")
    bits = rule.number("bits")
    share = rule.share("share")
  }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .position where share > 0: strews = true
    case .position: left += bytes
    case .chunk(var chunk):
      if chunk.kind != .head, left > 0 || strews { hit(&chunk.bytes, &turn.random) }
      turn.send(chunk)
    default: break
    }
  }

  private mutating func hit(_ bytes: inout ArraySlice<UInt8>, _ random: inout SplitMix64) {
    for index in bytes.indices {
      if strews {
        guard random.unit() < share else { continue }
      } else {
        guard left > 0 else { return }
        left -= 1
      }
      var mask: UInt8 = 0
      while mask.nonzeroBitCount < bits { mask |= 1 << UInt8(random.next() >> 61) }
      bytes[index] ^= mask
    }
  }
}
