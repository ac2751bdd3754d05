import Wire

/// The chunked coding: the payload does not depend on how the bytes came, every piece lies where it
/// says, and what is framed decodes to itself.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard let input = Input(data, count) else { return 0 }
  var (whole, cut) = (ChunkedDecoder(), ChunkedDecoder())
  let payload = decode(&whole, [input.bytes[...]], of: input.bytes)
  require(decode(&cut, input.pieces, of: input.bytes) == payload, "another payload when cut")
  require(cut.failure == whole.failure, "\(String(describing: cut.failure)) when cut")
  require(cut.isComplete == whole.isComplete, "complete only one way")
  require(!(whole.isComplete && whole.failure != nil), "complete and failed")
  if let failure = whole.failure {
    require((0...input.bytes.count).contains(failure.offset), "a failure outside: \(failure)")
  }
  // Chunks of a size or two cost more framing than they carry, so only the first are small.
  var framed: [UInt8] = []
  for piece in input.pieces.prefix(64) { framed += ChunkedCoding.frame(piece) }
  let rest = input.pieces.dropFirst(64).first?.startIndex ?? input.bytes.count
  framed += ChunkedCoding.frame(input.bytes[rest...])
  framed += ChunkedCoding.last
  var back = ChunkedDecoder()
  require(decode(&back, Input.pieces(framed, input.choice), of: framed) == input.bytes, "framed")
  require(back.isComplete && back.failure == nil, "what is framed does not end")
  if input.isPlayedLong {
    var long = ChunkedDecoder()
    for piece in input.longPieces { _ = long.feed(piece) }
  }
  return 0
}

func decode(
  _ decoder: inout ChunkedDecoder, _ pieces: [ArraySlice<UInt8>], of bytes: [UInt8]
) -> [UInt8] {
  var payload: [UInt8] = []
  for piece in pieces {
    for found in decoder.feed(piece) {
      require(found.decodedStart == payload.count, "a piece at another place of the payload")
      require(found.rawStart == piece.startIndex + found.range.lowerBound, "a piece elsewhere")
      payload += piece[(piece.startIndex + found.range.lowerBound)...].prefix(found.range.count)
    }
  }
  return payload
}
