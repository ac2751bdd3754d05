import Core

/// Every sample as a row (RFC 4180), times in nanoseconds; of a measure that was only counted, the
/// middle of each bucket with its count.
package struct CSVExporter: Exporter {
  package init() {}

  package let name = "csv"
  package let fileName = "samples.csv"

  package func export(_ export: Export) -> String {
    var text = "target,scenario,pair,measure,unit,value,count\n"
    for subject in export.subjects {
      for block in subject.blocks {
        for name in Glossary.ordered(block.measures.keys) {
          guard let measure = block.measures[name] else { continue }
          let head =
            "\(Self.field(subject.name)),\(Self.field(subject.scenario)),\(block.pair),\(name),"
            + "\(measure.unit),"
          for (value, count) in Samples.counted(measure) {
            text += "\(head)\(Self.number(value)),\(count)\n"
          }
        }
      }
    }
    return text
  }

  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value < 0 ? "-inf" : "inf" }
    return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// A cell that a spreadsheet would take for a formula is text.
  private static func field(_ text: String) -> String {
    let safe = Escaping.terminal(text)
    let isFormula = safe.first.map { "=+-@".contains($0) } ?? false
    guard isFormula || safe.contains(where: { $0 == "," || $0 == "\"" }) else { return safe }
    return "\"\(isFormula ? "'" : "")\(safe.replacing("\"", with: "\"\""))\""
  }
}
