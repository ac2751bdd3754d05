import Core

/// The content of a report, free of any markup; every text in it is raw and escaped by the
/// renderer that writes it.
enum Block {
  case heading(Int, String, anchor: String)
  case paragraph(String)
  case note(String)
  case list([String])
  case table(Table)
  case folded(String, [Block])
  case facts([Fact])
  case curves(CurveChart)
  case streams(StreamChart)
  case intervals(IntervalChart)
  case lines(LineChart)
  case plane(PlaneChart)
  case wire(WireChart)
  /// With the title that a reader who hears it is given.
  case diff(String, WireDiff)
  case instrument(fit: Bool, [Block])
}

/// A term and what is said about it.
struct Fact {
  var term: String
  var text: String
  /// Whether the term is an identifier to be set as code.
  var code = false
}

struct Table {
  var caption: String
  var columns: [Column]
  var rows: [[Cell]]

  struct Column {
    var title: String
    var number = false

    static func text(_ title: String) -> Column { Column(title: title) }
    static func number(_ title: String) -> Column { Column(title: title, number: true) }
  }
}

struct Cell {
  var text: String
  var kind: Kind = .text
  /// A few words after the text, set smaller.
  var hint = ""

  enum Kind {
    case text, code, number
    case outcome(Verdict.Outcome)
    /// A target, with the letter that stands for it in the charts.
    case target(letter: String)
    /// A number that says something is wrong when it is not zero.
    case alarm(Bool)
    /// Leads to another place of the page.
    case link(anchor: String)
    case judged(ConformanceVerdict.Outcome, anchor: String?)
  }

  static func text(_ text: String) -> Cell { Cell(text: text) }
  static func link(_ text: String, to anchor: String) -> Cell {
    Cell(text: text, kind: .link(anchor: anchor))
  }
  static func code(_ text: String) -> Cell { Cell(text: text, kind: .code) }
  static func number(_ text: String, hint: String = "") -> Cell {
    Cell(text: text, kind: .number, hint: hint)
  }
  static func outcome(_ outcome: Verdict.Outcome) -> Cell {
    Cell(text: outcome.label, kind: .outcome(outcome))
  }
}

extension Verdict.Outcome {
  /// A sign and a word, so that colour is never the only difference.
  var label: String {
    switch self {
    case .pass: "✓ pass"
    case .fail: "✗ fail"
    case .warn: "! warn"
    case .skip: "– skip"
    case .inconclusive: "? inconclusive"
    }
  }

  /// The order in which verdicts are read: what is wrong first.
  var rank: Int {
    switch self {
    case .fail: 0
    case .warn: 1
    case .inconclusive: 2
    case .pass: 3
    case .skip: 4
    }
  }
}

extension Verdict.Level {
  var rank: Int {
    switch self {
    case .must: 0
    case .should: 1
    case .may: 2
    }
  }
}
