package import Core

/// A judgement for people: in a terminal, and in GitHub's Markdown within a number of bytes.
package enum GateTable {
  package static func terminal(_ gate: GateRecord, color: Bool = false) -> String {
    var page = TerminalWriter(color: color)
    page.headline(status: gate.decision.status, sentence: gate.reason, remarks: gate.notes)
    for item in Export.sorted(gate) where item.outcome != .pass && item.outcome != .skip {
      page.verdict(item.outcome.verdict, "\(item.target): \(item.name): \(item.summary)")
    }
    page.blank()
    var target = ""
    for item in gate.items where item.outcome == .pass || item.outcome == .skip {
      if item.target != target {
        target = item.target
        page.sentence("\(target):")
      }
      page.verdict(item.outcome.verdict, "\(item.name): \(item.summary)")
    }
    return page.text
  }

  /// - Parameters:
  ///   - marker: a line before it, which may be hidden.
  ///   - limit: the most bytes; rows that have no room are counted instead.
  static func markdown(_ export: Export, marker: String = "", limit: Int) -> String {
    let gate = export.gate
    var text = marker
    text += "### relaymark: \(gate.decision.label)\n\n\(Escaping.markdown(gate.reason))\n\n"
    for note in gate.notes.prefix(20) { text += "- \(Escaping.markdown(note))\n" }
    if !gate.notes.isEmpty { text += "\n" }
    let foot =
      "\nrelaymark \(Escaping.markdown(gate.tool.version)), \(Escaping.markdown(gate.startedAt))\n"
    text += "| | Target | What | Result |\n| --- | --- | --- | --- |\n"
    var left = 0
    var room = limit - text.utf8.count - foot.utf8.count - 100
    for item in export.sorted {
      let row =
        "| \(item.outcome.label) | \(cell(item.target)) | \(cell(item.name)) |"
        + " \(cell(item.summary)) |\n"
      if left == 0, row.utf8.count <= room {
        text += row
        room -= row.utf8.count
      } else {
        left += 1
      }
    }
    if left > 0 { text += "\n\(Figure.counted(left, "more row")) had no room here.\n" }
    return text + foot
  }

  private static func cell(_ text: String) -> String {
    Escaping.markdown(Columns.fit(text, 600))
  }
}

extension Export {
  static func sorted(_ gate: GateRecord) -> [GateItem] {
    GateItem.Outcome.allCases.flatMap { outcome in gate.items.filter { $0.outcome == outcome } }
  }
}

extension GateItem.Outcome {
  var verdict: Verdict.Outcome {
    switch self {
    case .pass: .pass
    case .fail, .error: .fail
    case .warn: .warn
    case .skip: .skip
    case .inconclusive: .inconclusive
    }
  }
}

extension GateDecision {
  var status: Headline.Status {
    switch self {
    case .pass: .passed
    case .fail: .failed
    case .inconclusive: .inconclusive
    }
  }
}
