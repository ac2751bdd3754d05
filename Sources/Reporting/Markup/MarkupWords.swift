import Core
import Foundation

/// Money and shares as people read them; every digit is in the record.
enum MarkupWords {
  static func share(_ figure: MarkupFigure) -> String {
    guard let value = figure.value else { return Figure.none }
    return DecimalText.percent(value.value, places: 2, signed: true)
  }

  /// The value with its extremes where these differ, or why there is none.
  static func long(_ figure: MarkupFigure) -> String {
    guard figure.value != nil else { return figure.reason }
    var text = share(figure)
    if let low = figure.low, let high = figure.high, low < high {
      text += " (single answers "
      text += DecimalText.percent(low.value, places: 2, signed: true) + " to "
      text += DecimalText.percent(high.value, places: 2, signed: true) + ")"
    }
    return text + (figure.reason.isEmpty ? "" : ", \(figure.reason)")
  }

  static func delay(
    _ quantiles: RelaySpeed.Quantiles?, _ value: KeyPath<RelaySpeed.Quantiles, Double>
  )
    -> String
  {
    quantiles.map { Figure.duration($0[keyPath: value]) } ?? Figure.none
  }

  /// At most three digits that matter, without zeros at the end.
  static func short(_ value: Double) -> String {
    let size = value.magnitude
    if size >= 1e15 { return String(format: "%.2g", value) }
    if size >= 1_000 { return Figure.count(Int(value.rounded())) }
    return String(format: "%.3g", value)
  }

  /// `10 k`, `2 M`, `1 G`.
  static func volume(_ tokens: Double) -> String {
    for (size, name) in [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] where tokens >= size {
      return "\(short(tokens / size)) \(name)"
    }
    return short(tokens)
  }
}
