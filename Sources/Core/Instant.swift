/// A point on CLOCK_MONOTONIC, in nanoseconds since an arbitrary origin.
///
/// Both sides of a relay are stamped on this one clock, so two instants of one run can be
/// subtracted whichever thread took them.
package struct Instant: Comparable, Hashable, Sendable, Codable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static let distantFuture = Instant(nanoseconds: .max)

  package static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The earlier of those there are.
  package static func earlier(_ left: Instant?, _ right: Instant?) -> Instant? {
    guard let left, let right else { return left ?? right }
    return min(left, right)
  }
  package static func - (left: Instant, right: Instant) -> Nanoseconds {
    Nanoseconds(left.nanoseconds - right.nanoseconds)
  }
  package static func + (left: Instant, right: Nanoseconds) -> Instant {
    Instant(nanoseconds: left.nanoseconds &+ right.count)
  }
  package static func - (left: Instant, right: Nanoseconds) -> Instant {
    Instant(nanoseconds: left.nanoseconds &- right.count)
  }

  package init(from decoder: any Decoder) throws {
    nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(nanoseconds)
  }
}

/// A length of time in whole nanoseconds; encoded in JSON as the bare number.
package struct Nanoseconds: Comparable, Hashable, Sendable, Codable {
  package var count: Int64

  package init(_ count: Int64) { self.count = count }

  package static let zero = Nanoseconds(0)
  package static func microseconds(_ value: Int64) -> Nanoseconds { Nanoseconds(value * 1_000) }
  package static func milliseconds(_ value: Int64) -> Nanoseconds { Nanoseconds(value * 1_000_000) }
  package static func seconds(_ value: Int64) -> Nanoseconds { Nanoseconds(value * 1_000_000_000) }

  package var seconds: Double { Double(count) / 1e9 }
  package var milliseconds: Double { Double(count) / 1e6 }

  package static func < (left: Nanoseconds, right: Nanoseconds) -> Bool { left.count < right.count }
  package static func + (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count &+ right.count)
  }
  package static func - (left: Nanoseconds, right: Nanoseconds) -> Nanoseconds {
    Nanoseconds(left.count &- right.count)
  }
  package static func += (left: inout Nanoseconds, right: Nanoseconds) { left = left + right }

  package init(from decoder: any Decoder) throws {
    count = try decoder.singleValueContainer().decode(Int64.self)
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }
}

extension Nanoseconds: CustomStringConvertible {
  /// Three significant digits in the unit a reader expects: `842 ns`, `84.2 µs`, `1.20 s`.
  package var description: String {
    let size = count.magnitude
    if size < 1_000 { return "\(count) ns" }
    // What would round up to 1000 is 1.00 of the next unit.
    if size < 999_500 { return "\(Self.digits(count, per: 1_000)) µs" }
    if size < 999_500_000 { return "\(Self.digits(count, per: 1_000_000)) ms" }
    return "\(Self.digits(count, per: 1_000_000_000)) s"
  }

  /// `value / unit` with three significant digits, without Foundation's formatters.
  private static func digits(_ value: Int64, per unit: Int64) -> String {
    let size = value.magnitude
    let hundred = unit.magnitude * 100 - unit.magnitude / 20
    let ten = unit.magnitude * 10 - unit.magnitude / 200
    // Limits are where rounding would give one digit too many: 9.996 is 10.0.
    let decimals = size >= hundred ? 0 : size >= ten ? 1 : 2
    let scale: UInt64 = decimals == 0 ? 1 : decimals == 1 ? 10 : 100
    let rounded = (size * scale + unit.magnitude / 2) / unit.magnitude
    let sign = value < 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(rounded)" }
    var fraction = String(rounded % scale)
    while fraction.utf8.count < decimals { fraction = "0" + fraction }
    return "\(sign)\(rounded / scale).\(fraction)"
  }
}
