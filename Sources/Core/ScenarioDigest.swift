/// A fingerprint of what a scenario is: 16 hex digits that are the same wherever the same scenario was
/// read, and others if anything in it differs, be it through the file, a file it names or an option.
///
/// It walks over the values themselves, so that a setting which is added to a scenario is in it
/// without anybody having to think of it.
package enum ScenarioDigest {
  /// - Parameter scenario: which machine of several this is does not count, nor what is sent beside
  ///   the target.
  package static func of(_ scenario: Scenario) -> String {
    var whole = scenario
    whole.traffic.shard = nil
    whole.traffic.twins = nil
    var hash = FowlerNollVo()
    hash.add(value: whole)
    let digits = String(hash.state, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo, draft-eastlake-fnv): tells apart what differs by mistake,
/// not what somebody forges.
private struct FowlerNollVo {
  private(set) var state: UInt64 = 0xCBF2_9CE4_8422_2325

  private mutating func add(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
  }

  private mutating func add(_ number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      add(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// With its length, so that neighbours cannot run into each other.
  private mutating func add(_ text: String) {
    add(UInt64(text.utf8.count))
    for byte in text.utf8 { add(byte) }
  }

  mutating func add(value: Any) {
    switch value {
    case let text as String: add(text)
    case let number as Int: add(UInt64(bitPattern: Int64(number)))
    case let number as Double: add(number.bitPattern)
    case let times as [Nanoseconds]:
      add(UInt64(times.count))
      for time in times { add(UInt64(bitPattern: time.count)) }
    case let bytes as [UInt8]:
      add(UInt64(bytes.count))
      for byte in bytes { add(byte) }
    case let arrivals as [ArrivalTrace.Arrival]:
      add(UInt64(arrivals.count))
      for arrival in arrivals {
        add(UInt64(bitPattern: arrival.at.count))
        add(UInt64(bitPattern: Int64(arrival.inputTokens)))
        add(UInt64(bitPattern: Int64(arrival.outputTokens)))
      }
    default: add(parts: value)
    }
  }

  private mutating func add(parts value: Any) {
    let mirror = Mirror(reflecting: value)
    let children = mirror.children
    guard !children.isEmpty || mirror.displayStyle != .enum, mirror.displayStyle != nil else {
      // A case by its name, and what is a value of its own by what it prints.
      return add(String(describing: value))
    }
    add(UInt64(children.count))
    guard mirror.displayStyle != .set, mirror.displayStyle != .dictionary else {
      // Their order is another in every process.
      let digests = children.map { child in
        var part = FowlerNollVo()
        part.add(value: child.value)
        return part.state
      }
      for digest in digests.sorted() { add(digest) }
      return
    }
    for child in children {
      add(child.label ?? "")
      add(value: child.value)
    }
  }
}
