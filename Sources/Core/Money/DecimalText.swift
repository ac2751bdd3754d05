package import Foundation

/// Decimal numbers as text, to the last digit.
///
/// Prices come as `0.00000250`, `2.5e-06` or `"0.0000025"`. A floating-point number between the text
/// and the sum would make `0.1 + 0.2` something else than `0.3`; Foundation's own reader takes `12x`
/// for 12 and rounds what it cannot hold.
package enum DecimalText {
  /// What a `Decimal` holds: digits of its significand that are surely exact.
  static let mostDigits = 38
  /// The exponents that a price can have; `Decimal` ends at 127.
  static let exponents = -100...60

  /// The value of a number in JSON's grammar (a `+` in front and zeros in front of it are taken too),
  /// or nil if it is none or cannot be held exactly.
  package static func parse(_ text: some StringProtocol) -> Decimal? {
    let bytes = Array(text.utf8)
    var at = 0
    var isNegative = false
    if at < bytes.count, bytes[at] == UInt8(ascii: "-") || bytes[at] == UInt8(ascii: "+") {
      isNegative = bytes[at] == UInt8(ascii: "-")
      at += 1
    }
    var digits: [UInt8] = []
    var exponent = 0
    var seen = 0
    var hasPoint = false
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "."), !hasPoint, seen > 0 {
        hasPoint = true
        guard at + 1 < bytes.count, (0x30...0x39).contains(bytes[at + 1]) else { return nil }
      } else if (0x30...0x39).contains(byte) {
        seen += 1
        if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
        if hasPoint { exponent -= 1 }
      } else {
        break
      }
      at += 1
    }
    guard seen > 0 else { return nil }
    if at < bytes.count {
      guard bytes[at] | 0x20 == UInt8(ascii: "e"), let more = power(bytes[(at + 1)...]) else {
        return nil
      }
      exponent += more
    }
    return value(digits, exponent: exponent, isNegative: isNegative)
  }

  /// The digits behind the `e`, with their sign.
  private static func power(_ bytes: ArraySlice<UInt8>) -> Int? {
    var rest = bytes
    let sign = rest.first
    if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
    guard (1...4).contains(rest.count), rest.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    let number = rest.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return sign == UInt8(ascii: "-") ? -number : number
  }

  private static func value(_ digits: [UInt8], exponent: Int, isNegative: Bool) -> Decimal? {
    var digits = digits
    var exponent = exponent
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    guard !digits.isEmpty else { return 0 }
    guard digits.count <= mostDigits, exponents.contains(exponent) else { return nil }
    var number = Decimal(0)
    for digit in digits { number = number * 10 + Decimal(Int(digit)) }
    return Decimal(
      sign: isNegative ? .minus : .plus, exponent: exponent, significand: number)
  }

  /// The shortest text of the value, never with an exponent: `0.0000025`.
  package static func text(_ value: Decimal) -> String { value.isNaN ? "n/a" : "\(value)" }

  /// Rounded to so many digits behind the point, half away from zero, with all of them written.
  package static func fixed(_ value: Decimal, places: Int) -> String {
    guard !value.isNaN else { return "n/a" }
    let plain = "\(rounded(value.magnitude, places: places))".split(separator: ".")
    let rest = plain.count > 1 ? String(plain[1]) : ""
    let padded = rest + String(repeating: "0", count: max(0, places - rest.count))
    let number = places > 0 ? "\(plain[0]).\(padded)" : String(plain[0])
    return value < 0 && number.contains { $0 != "0" && $0 != "." } ? "-" + number : number
  }

  package static func rounded(_ value: Decimal, places: Int) -> Decimal {
    var (from, to) = (value, Decimal())
    unsafe NSDecimalRound(&to, &from, places, .plain)
    return to
  }
}

extension DecimalText {
  /// As `fixed`, with the thousands set apart: `1,234.5`.
  package static func grouped(_ value: Decimal, places: Int) -> String {
    let parts = fixed(value, places: places).split(separator: ".")
    guard let whole = parts.first else { return "0" }
    let isNegative = whole.hasPrefix("-")
    let digits = Array(whole.utf8.drop { $0 == UInt8(ascii: "-") })
    var text: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self) + (parts.count > 1 ? ".\(parts[1])" : "")
  }

  /// A share as a percentage with at most so many places, and no zeros at its end: `5.5 %`.
  package static func percent(_ share: Decimal, places: Int = 2, signed: Bool = false) -> String {
    let value = rounded(share * 100, places: places)
    return "\(signed && value > 0 ? "+" : "")\(text(value)) %"
  }
}
