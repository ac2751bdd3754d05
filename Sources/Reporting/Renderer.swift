package import Core

/// One form of report: a pure function from a run record to text.
///
/// A new form is one file in `Renderers/` and one line in `Renderers.all`.
package protocol Renderer: Sendable {
  /// What it is called on the command line: `html`, `json`, `markdown`, `terminal`.
  var name: String { get }
  /// The file it is written to inside the output directory; nil when it only goes to a terminal.
  var fileName: String? { get }
  /// The whole report; takes any record, also one of a run that measured nothing.
  func render(_ record: RunRecord) -> String
}

/// Every form of report, sorted by name.
package enum Renderers {
  package static let all: [any Renderer] = [
    HTMLRenderer(),
    JSONRenderer(),
    MarkdownRenderer(),
    TerminalRenderer(),
  ]

  /// The renderer of that name, or nil.
  package static func named(_ name: String) -> (any Renderer)? {
    all.first { $0.name == name }
  }
}
