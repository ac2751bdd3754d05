import Wire

/// Event streams: the blocks do not depend on how the bytes came, lie in order inside the body, and
/// a line over the limit takes nothing else with it.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard let input = Input(data, count) else { return 0 }
  let limit = input.choice & 0x40 == 0 ? 1 << 20 : 24
  var whole = SSEParser(lineLimit: limit)
  let blocks = whole.feed(input.bytes)
  var cut = SSEParser(lineLimit: limit)
  let again = input.pieces.flatMap { cut.feed($0) }
  require(again == blocks, "cut: \(again)\nwhole: \(blocks)")
  require(cut.pendingFrom == whole.pendingFrom, "pending from another place")
  var end = 0
  for block in blocks {
    require(block.start <= block.end && block.end <= input.bytes.count, "\(block) is outside")
    require(block.end >= end, "\(block) is out of order")
    end = block.end
    if case .event(_, let data, _) = block.kind {
      require(data.count <= block.end - block.start, "more data than bytes: \(block)")
    }
  }
  require(whole.pendingFrom.map { $0 < input.bytes.count } ?? true, "pending behind the end")
  // What every dialect with event streams makes of it is a matter of its own; that it ends is not.
  for name in ["openai-chat", "openai-responses", "anthropic-messages", "gemini"] {
    let reading = Dialects.named(name)?.read(input.bytes)
    require(reading?.events.allSatisfy { $0.end <= input.bytes.count } ?? false, name)
  }
  // Documents that are not wanted are the only ones left out.
  let documents = BodyDocuments.read(input.bytes)
  let shown = BodyDocuments.read(input.bytes) { $0.count % 2 == 0 }
  require(shown.count <= documents.count, "more documents when some are left out")
  if input.isPlayedLong {
    _ = BodyDocuments.read(input.long)
    var long = SSEParser()
    for piece in input.longPieces { _ = long.feed(piece) }
  }
  return 0
}
