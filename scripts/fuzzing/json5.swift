import Core
import Wire

/// JSON5 and the scenarios written in it: errors are bounded, in order and inside the file, and all
/// JSON without a member twice is JSON5.
@c(LLVMFuzzerTestOneInput)
func testOneInput(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  guard let input = Input(data, count) else { return 0 }
  let lines = input.bytes.count { $0 == 0x0A || $0 == 0x0D } + input.bytes.count { $0 == 0xE2 } + 1
  do {
    _ = try JSON5Value.read(input.bytes, path: "f")
  } catch {
    bounded(error, lines)
    // A member twice is an error here, and the depth is bounded otherwise.
    let text = error.description
    let isKnown = ["twice", "again", "already", "nested", "deep", "levels"].contains {
      text.contains($0)
    }
    if !isKnown, let value = try? JSONValue.parse(input.bytes), isPlain(value) {
      require(false, "JSON that is no JSON5: \(text)")
    }
  }
  do {
    _ = try ScenarioReader.read(input.bytes, path: "f", faults: Faults.specs)
  } catch { bounded(error, lines) }
  if input.isPlayedLong {
    _ = try? JSON5Value.read(input.long, path: "f")
    _ = try? JSON5Value.read([0x5B] + input.long, path: "f")
  }
  return 0
}

func bounded(_ error: ScenarioErrors, _ lines: Int) {
  require(!error.errors.isEmpty && error.errors.count <= Limits.scenarioErrors, "how many errors")
  for (index, one) in error.errors.enumerated() {
    require((1...lines).contains(one.position.line) && one.position.column >= 1, "\(one)")
    require(
      index == 0 || error.errors[index - 1].position <= one.position, "out of order: \(error)")
  }
}

/// Whether all its numbers are ones that both hold: JSON has no bounds for them.
func isPlain(_ value: JSONValue) -> Bool {
  switch value {
  case .number(let text): text.utf8.count < 16
  case .array(let values): values.allSatisfy(isPlain)
  case .object(let members): members.allSatisfy { isPlain($0.value) }
  default: true
  }
}
