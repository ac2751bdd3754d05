/// An instant of the calendar, in nanoseconds since 1970 in UTC without leap seconds (POSIX.1-2017,
/// section 4.16): what clocks of several machines have in common.
package struct WallTime: Comparable, Hashable, Sendable {
  package var nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static func < (left: WallTime, right: WallTime) -> Bool {
    left.nanoseconds < right.nanoseconds
  }
  package static func - (left: WallTime, right: WallTime) -> Nanoseconds {
    Nanoseconds(left.nanoseconds &- right.nanoseconds)
  }
  package static func + (left: WallTime, right: Nanoseconds) -> WallTime {
    WallTime(nanoseconds: left.nanoseconds &+ right.count)
  }

  /// Reads RFC 3339 (`2026-11-26T12:00:00.25Z`, with any offset) or seconds since 1970
  /// (`1795694400.25`).
  package init(literal text: String) throws(LiteralError) {
    var reader = DigitReader(text)
    let isDate = text.utf8.dropFirst().contains(UInt8(ascii: "-"))
    guard isDate ? try reader.date() : try reader.seconds(), reader.isAtEnd else {
      throw LiteralError(
        offset: reader.offset,
        message: "expected a time as in 2026-11-26T12:00:00Z or seconds since 1970")
    }
    let (whole, tooFar) = reader.total.multipliedReportingOverflow(by: 1_000_000_000)
    guard !tooFar else {
      throw LiteralError(offset: 0, message: "a time that far away cannot be counted")
    }
    nanoseconds = whole + reader.fraction
  }

  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years begin in March, so that the day which is put in comes last.
    let shifted = month > 2 ? year : year - 1
    let monthIndex = (month + 9) % 12
    let dayOfYear = (153 * monthIndex + 2) / 5 + day - 1
    let leaps = shifted / 4 - shifted / 100 + shifted / 400
    // Days from 1 March of year 0 to 1 January 1970.
    return shifted * 365 + leaps + dayOfYear - 719_468
  }

  /// Reads fields of digits one after another.
  private struct DigitReader {
    private let bytes: [UInt8]
    private(set) var offset = 0
    private(set) var total: Int64 = 0
    private(set) var fraction: Int64 = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { offset == bytes.count }

    /// Whole seconds and what may follow a dot; false where there are none.
    mutating func seconds() throws(LiteralError) -> Bool {
      let start = offset
      while let digit = digit() {
        let (tens, far) = total.multipliedReportingOverflow(by: 10)
        let (sum, farther) = tens.addingReportingOverflow(digit)
        guard !far, !farther else {
          throw LiteralError(offset: 0, message: "a time that far away cannot be counted")
        }
        total = sum
      }
      return offset > start && decimals()
    }

    /// `date-time` of RFC 3339, section 5.6; false if it has another form.
    mutating func date() throws(LiteralError) -> Bool {
      guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
        take("T") || take("t") || take(" "), let hour = number(2), take(":"),
        let minute = number(2), take(":"), let second = number(2), decimals(),
        let zone = try zone()
      else { return false }
      let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let lengths: [Int64] = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      guard 1...12 ~= month, 1...lengths[Int(month) - 1] ~= day else {
        throw LiteralError(offset: 0, message: "there is no such day")
      }
      guard hour < 24, minute < 60, second < 60 else {
        throw LiteralError(offset: 11, message: "there is no such time of the day")
      }
      total = WallTime.days(year: year, month: month, day: day) * 86_400
      total += hour * 3_600 + minute * 60 + second - zone
      return true
    }

    /// How many seconds the time is ahead of UTC; nil where no zone is given, which would be another
    /// instant on each machine.
    private mutating func zone() throws(LiteralError) -> Int64? {
      if take("Z") || take("z") { return 0 }
      let sign: Int64 = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0 else {
        throw LiteralError(
          offset: offset, message: "a time needs its zone: Z for UTC, or an offset such as +01:00")
      }
      guard let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
      else { return nil }
      return sign * (hours * 3_600 + minutes * 60)
    }

    /// A dot and up to nine digits that matter, or nothing.
    private mutating func decimals() -> Bool {
      guard take(".") else { return true }
      var scale: Int64 = 100_000_000
      let start = offset
      while let digit = digit() {
        fraction += digit * scale
        scale /= 10
      }
      return offset > start
    }

    private mutating func number(_ digits: Int) -> Int64? {
      var value: Int64 = 0
      for _ in 0..<digits {
        guard let digit = digit() else { return nil }
        value = value * 10 + digit
      }
      return value
    }

    private mutating func digit() -> Int64? {
      guard offset < bytes.count, UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[offset] else {
        return nil
      }
      defer { offset += 1 }
      return Int64(bytes[offset] - UInt8(ascii: "0"))
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: scalar) else { return false }
      offset += 1
      return true
    }
  }
}

extension WallTime: CustomStringConvertible {
  /// RFC 3339 in UTC, with the digits after the second that it needs.
  package var description: String {
    var seconds = nanoseconds / 1_000_000_000
    var rest = nanoseconds % 1_000_000_000
    if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1_000_000_000) }
    var days = seconds / 86_400
    var clock = seconds % 86_400
    if clock < 0 { (days, clock) = (days - 1, clock + 86_400) }
    let (year, month, day) = Self.date(days)
    var text = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T"
    text += "\(Self.padded(clock / 3_600, 2)):\(Self.padded(clock / 60 % 60, 2))"
    text += ":\(Self.padded(clock % 60, 2))"
    guard rest > 0 else { return text + "Z" }
    var digits = Self.padded(rest, 9)
    while digits.hasSuffix("0") { digits.removeLast() }
    return text + ".\(digits)Z"
  }

  private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    // The year is at most one off by its mean length.
    var year = 1970 + days * 400 / 146_097
    while Self.days(year: year, month: 1, day: 1) > days { year -= 1 }
    while Self.days(year: year + 1, month: 1, day: 1) <= days { year += 1 }
    var month: Int64 = 12
    while Self.days(year: year, month: month, day: 1) > days { month -= 1 }
    return (year, month, days - Self.days(year: year, month: month, day: 1) + 1)
  }

  private static func padded(_ number: Int64, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
