package import Core

/// Sends the answer in the gzip coding, whether the client asked for it or not, as a server does
/// that compresses streams: `flush=never` is the one that forgets to flush its encoder.
package struct GzipFault: Fault {
  package static let spec = FaultSpec(
    "gzip", "sends the answer with Content-Encoding: gzip",
    effect: .edits, placement: .whole, directions: [.downstream],
    parameters: [
      FaultParameter(
        "flush", .choice(["each", "never"]), preset: .text("each"),
        "every piece at once, or all at the end of the body (at most 256 KiB are kept)")
    ],
    example: "gzip flush=never")

  private let flushes: Bool
  private var encoder: StoredGzip?
  private var kept: [UInt8] = []
  private var keptEvents = 0

  package init(_ rule: FaultRule) { flushes = rule.text("flush") == "each" }

  package var isCommitted: Bool { encoder != nil }
  package var heldBytes: Int { kept.count }

  package mutating func receive(_ input: FaultInput, _ turn: inout FaultTurn) {
    switch input {
    case .chunk(let chunk): pass(chunk, &turn)
    case .end:
      flush(&turn)
      if let last = encoder?.finish() { turn.sendOwn(.body, last) }
      encoder = nil
    default: break
    }
  }

  private mutating func pass(_ chunk: FaultChunk, _ turn: inout FaultTurn) {
    if turn.isActive, encoder == nil, var head = chunk.answerHead, head.mayHaveBody {
      encoder = StoredGzip()
      head.prepareForEditing()
      let before = head.values(of: "Content-Encoding").filter { !$0.isEmpty }
      let codings = before.map { $0.span.text } + ["gzip"]
      head.set("Content-Encoding", codings.joined(separator: ", "))
      return turn.send(chunk.with(head))
    }
    guard chunk.kind == .body, encoder != nil else { return turn.send(chunk) }
    if flushes {
      var coded = chunk
      coded.bytes = (encoder?.encode(chunk.bytes) ?? [])[...]
      return turn.send(coded)
    }
    kept += chunk.bytes
    keptEvents += chunk.events
    if kept.count >= Limits.unflushedBytes { flush(&turn) }
  }

  private mutating func flush(_ turn: inout FaultTurn) {
    guard !kept.isEmpty, let bytes = encoder?.encode(kept) else { return }
    turn.send(FaultChunk(.body, bytes[...], events: keptEvents, at: turn.now))
    kept.removeAll()
    keptEvents = 0
  }
}
