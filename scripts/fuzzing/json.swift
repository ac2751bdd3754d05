import Wire

/// JSON: what reads is written and reads the same, no strict beginning of a document in brackets or
/// quotes is one, and errors are inside the text. What it says as a request is counted as a whole and up
/// to its last answer.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard let input = Input(data, count) else { return 0 }
  do {
    let value = try JSONValue.parse(input.bytes)
    let written = value.serialized()
    require((try? JSONValue.parse(written)) == value, "written as \(written)")
    require((try? JSONValue.parse(input.bytes, first: true)) == value, "another as the first")
    let words = RequestWords(value)
    require((0...words.count).contains(words.history), "a history of more than there is")
    require(words.count <= input.bytes.count, "more words than bytes")
    require(BodyDocuments.read(input.bytes) == value.array ?? [value], "other documents in it")
    let blank: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
    var text = input.bytes[...]
    while let last = text.last, blank.contains(last) { text.removeLast() }
    while let first = text.first, blank.contains(first) { text.removeFirst() }
    guard let first = text.first, [0x7B, 0x5B, 0x22].contains(first) else { return 0 }
    let part = text.prefix(Int(input.choice) % text.count)
    require((try? JSONValue.parse(part)) == nil, "its first \(part.count) bytes read as well")
    require(
      (try? JSONValue.parse(Array(text) + [0x5D])) == nil, "it reads with a bracket too many")
  } catch {
    require(RequestWords(input.bytes) == nil, "words in what does not read")
    require((0...input.bytes.count).contains(error.offset), "an error outside: \(error)")
  }
  if input.isPlayedLong {
    _ = try? JSONValue.parse(input.long)
    _ = try? JSONValue.parse([0x5B] + input.long)
  }
  return 0
}
