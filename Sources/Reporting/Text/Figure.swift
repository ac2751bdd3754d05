import Core
import Foundation

/// Numbers as people read them; the unit changes with the size, three digits stay.
package enum Figure {
  /// What stands in a table where nothing was measured.
  package static let none = "–"

  /// A value of a measure in its unit: `ns` as a length of time, shares as plain numbers except
  /// `coalesced`, which is a percentage, rates with `/s`.
  package static func value(_ value: Double, unit: String, measure: String = "") -> String {
    guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "-∞" : "∞" }
    switch unit {
    case "ns": return duration(value)
    case "ratio": return measure == "coalesced" ? percent(value) : significant(value)
    case "per-second": return significant(value) + "/s"
    default: return unit.isEmpty ? significant(value) : significant(value) + " " + unit
    }
  }

  /// Nanoseconds given as a floating-point number.
  package static func duration(_ nanoseconds: Double) -> String {
    guard nanoseconds.magnitude < 9e18 else { return significant(nanoseconds / 1e9) + " s" }
    let length = Nanoseconds(Int64(nanoseconds.rounded()))
    guard length.count.magnitude >= 1_000_000_000_000 else { return length.description }
    return significant(length.seconds) + " s"
  }

  /// A whole number with its thousands set apart: `1,234,567`.
  package static func count(_ number: Int) -> String {
    let digits = Array(String(number.magnitude).utf8)
    var text: [UInt8] = number < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text.append(UInt8(ascii: ",")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A number of bytes, exact; with its sign where it is a difference.
  package static func bytes(_ number: Int, signed: Bool = false) -> String {
    (signed && number > 0 ? "+" : "") + count(number) + " B"
  }

  /// Three significant digits; very large and very small numbers in scientific form.
  package static func significant(_ value: Double) -> String {
    let size = value.magnitude
    if size == 0 { return "0" }
    if size >= 1e15 || size < 0.0001 { return String(format: "%.2e", value) }
    if size < 0.001 { return String(format: "%.2g", value) }
    if size >= 100 { return count(Int(value.rounded())) }
    return String(format: size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value)
  }

  /// A share as a percentage.
  package static func percent(_ share: Double) -> String {
    let value = share * 100
    if value == 0 || value == 100 { return "\(Int(value)) %" }
    return significant(value) + " %"
  }

  /// The label of an axis tick, without trailing zeros: `200 µs`, `1.5 s`.
  package static func tick(_ nanoseconds: Double) -> String {
    let size = nanoseconds.magnitude
    if size == 0 { return "0" }
    if size < 1e3 { return String(format: "%.3g ns", nanoseconds) }
    if size < 1e6 { return String(format: "%.3g µs", nanoseconds / 1e3) }
    if size < 1e9 { return String(format: "%.3g ms", nanoseconds / 1e6) }
    return String(format: "%.6g s", nanoseconds / 1e9)
  }

  /// `1 stream`, `2 streams`.
  package static func counted(_ number: Int, _ singular: String, _ plural: String? = nil) -> String
  {
    "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")"
  }

  /// A coordinate with at most one decimal, as short as it goes.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e12 else { return "0" }
    let tenths = Int64((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = (tenths.magnitude / 10, tenths.magnitude % 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }
}
