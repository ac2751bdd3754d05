import Wire

/// No reader of ours: one with a defect, for `scripts/fuzz --prove`. It takes the chunked coding for
/// lines and data as it should, and forgets the LF that it waits for when a piece ends with its CR.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard let input = Input(data, count) else { return 0 }
  var good = ChunkedDecoder()
  var payload: [UInt8] = []
  for piece in input.pieces {
    for found in good.feed(piece) {
      payload += piece[(piece.startIndex + found.range.lowerBound)...].prefix(found.range.count)
    }
  }
  guard good.isComplete else { return 0 }
  var planted = PlantedReader()
  for piece in input.pieces { planted.feed(piece) }
  require(planted.payload == payload, "another payload than without the planted defect")
  return 0
}

struct PlantedReader {
  private(set) var payload: [UInt8] = []
  private var line: [UInt8] = []
  private var left = 0
  private var skipped = 0
  private var isOver = false

  mutating func feed(_ piece: ArraySlice<UInt8>) {
    for byte in piece where !isOver { take(byte) }
    if line.last == 0x0D { line.removeAll() }
  }

  private mutating func take(_ byte: UInt8) {
    if skipped > 0 {
      skipped -= 1
    } else if left > 0 {
      payload.append(byte)
      left -= 1
      if left == 0 { skipped = 2 }
    } else if byte == 0x0A {
      let digits = line.prefix { $0 != 0x0D && $0 != 0x3B && $0 != 0x20 && $0 != 0x09 }
      left = Int(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0
      isOver = left == 0
      line.removeAll()
    } else {
      line.append(byte)
    }
  }
}
