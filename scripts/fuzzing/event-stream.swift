import Wire

/// Amazon's binary event stream, its checksums put right so that what is behind them is reached:
/// what is read of a beginning is a beginning of what is read of all.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard let input = Input(data, count), let dialect = Dialects.named("bedrock") else { return 0 }
  // Half of the inputs keep the checksums they came with.
  let body = input.choice & 1 == 0 ? mended(input.bytes) : input.bytes
  let whole = dialect.read(body)
  var end = 0
  for event in whole.events {
    require(event.start <= event.end && event.end <= body.count, "an event outside")
    require(event.end >= end, "events out of order")
    end = event.end
  }
  require(whole.danglingFrom.map { $0 <= body.count } ?? true, "dangling from behind the end")
  let cut = body.isEmpty ? 0 : Int(input.choice) % body.count
  let part = dialect.read(Array(body[..<cut]))
  let arrived = whole.events.prefix { $0.end <= cut }
  require(
    part.events.count >= arrived.count && part.events.prefix(arrived.count) == arrived,
    "cut at \(cut): \(part.events)\nwhole: \(whole.events)")
  let documents = BodyDocuments.read(body)
  let shown = BodyDocuments.read(body) { $0.count % 2 == 0 }
  require(shown.count <= documents.count, "more documents when some are left out")
  if input.isPlayedLong {
    _ = dialect.read(mended(input.long))
    _ = BodyDocuments.read(mended(input.long))
  }
  return 0
}

/// With the checksums that its lengths ask for.
func mended(_ bytes: [UInt8]) -> [UInt8] {
  var bytes = bytes
  var start = 0
  while bytes.count - start >= 16 {
    let total = Int(number(bytes, start))
    put(checksum(bytes[start..<(start + 8)]), &bytes, start + 8)
    guard total >= 16, bytes.count - start >= total else { break }
    put(checksum(bytes[start..<(start + total - 4)]), &bytes, start + total - 4)
    start += total
  }
  return bytes
}

private func number(_ bytes: [UInt8], _ start: Int) -> UInt32 {
  bytes[start..<(start + 4)].reduce(0) { $0 << 8 | UInt32($1) }
}

private func put(_ value: UInt32, _ bytes: inout [UInt8], _ start: Int) {
  for (index, shift) in [UInt32(24), 16, 8, 0].enumerated() {
    bytes[start + index] = UInt8(truncatingIfNeeded: value >> shift)
  }
}

private let table: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { value, _ in
    value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xEDB8_8320
  }
}

private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  ~bytes.reduce(0xFFFF_FFFF) { value, byte in
    value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)]
  }
}
