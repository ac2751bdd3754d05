import Core

/// One option a command takes.
struct Option {
  var name: String
  /// What stands for the value in help; nil for a switch.
  var value: String?
  /// What it means where no value is given with `=`; nil if one must be.
  var preset: String?
  var help: String
}

/// A command line, sorted into options and operands; `--key=value` and `--key value` both work.
struct Arguments {
  private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]

  /// - Throws: a usage error that names the option and, where one is near, what was meant.
  init(_ words: some Sequence<String>, options: [Option]) throws(CommandError) {
    var rest = Array(words)[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        return
      }
      guard word.hasPrefix("--") else {
        guard !word.hasPrefix("-") || word == "-" else {
          throw .usage("unknown option \(word); options are written --name or --name=value")
        }
        operands.append(word)
        continue
      }
      try take(word.dropFirst(2), from: &rest, options: options)
    }
  }

  func flag(_ name: String) -> Bool { values[name] != nil }
  func all(_ name: String) -> [String] { values[name] ?? [] }

  /// The one value of an option, or nil if it is absent.
  func value(_ name: String) throws(CommandError) -> String? {
    let given = all(name)
    guard given.count < 2 else { throw .usage("--\(name) is given \(given.count) times") }
    return given.first
  }

  /// The whole number of an option within bounds, or nil if it is absent.
  func number<N: FixedWidthInteger>(_ name: String, in range: ClosedRange<N>) throws(CommandError)
    -> N?
  {
    guard let text = try value(name) else { return nil }
    guard let number = N(text), range.contains(number) else {
      throw .usage(
        "--\(name) takes a whole number from \(range.lowerBound) to \(range.upperBound), "
          + "not \"\(text)\"")
    }
    return number
  }

  private mutating func take(
    _ word: Substring, from rest: inout ArraySlice<String>, options: [Option]
  ) throws(CommandError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = options.first(where: { $0.name == name }) else {
      let near = Suggestion.nearest(to: name, in: options.map(\.name))
      throw .usage(
        "unknown option --\(name)" + (near.map { "; did you mean --\($0)?" } ?? ""))
    }
    if option.value == nil {
      guard parts.count == 1 else { throw .usage("--\(name) takes no value") }
      values[name, default: []].append("")
    } else if parts.count == 2 {
      values[name, default: []].append(String(parts[1]))
    } else if let preset = option.preset {
      values[name, default: []].append(preset)
    } else if let next = rest.first, !next.hasPrefix("--") {
      rest.removeFirst()
      values[name, default: []].append(next)
    } else {
      throw .usage("--\(name) needs a value: --\(name)=\(option.value ?? "")")
    }
  }
}
