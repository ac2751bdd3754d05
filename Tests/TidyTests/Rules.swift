/// The house rules, each a pure function from a file to what is wrong with it, so that each can be
/// shown to fail.
enum Rules {
  /// What no file of ours may be longer than.
  static let longestFile = 500
  static let longestFunction = 60

  /// Targets that decide and never touch the outside world.
  static let pure: Set<String> = ["Core", "Stats", "Wire", "Judging", "Reporting"]

  /// The arrows of the architecture, and what of the toolchain each target may use.
  static let imports: [String: Set<String>] = [
    "Core": [],
    "Stats": [],
    "Wire": ["Core"],
    "Judging": ["Core", "Stats", "Wire"],
    "Reporting": ["Core", "Stats", "Foundation"],
    "Platform": ["CCurl", "CLinux", "Core", "Glibc", "Foundation", "Synchronization"],
    "Harness": ["Platform", "Wire", "Judging", "Stats", "Core", "Foundation", "Synchronization"],
    "relaymark": [
      "Harness", "Reporting", "Judging", "Platform", "Wire", "Core", "Foundation", "Glibc",
    ],
    "Bench": ["Platform", "TestSupport", "Stats", "Core", "Foundation", "Glibc"],
  ]

  /// Files that may use more than their target: the readers of scenarios and traces where Foundation
  /// saves code, those that reckon with money, for which its `Decimal` is exact and a `Double` is not,
  /// and those that need `log` and `erfc`.
  static func exceptions(_ file: SourceFile) -> Set<String> {
    if ["Sources/Core/Money/", "Sources/Judging/Markup/"].contains(where: file.path.hasPrefix) {
      return ["Foundation"]
    }
    if ["ScenarioReader", "ArrivalTraceReader"].contains(where: file.name.contains) {
      return ["Foundation"]
    }
    let mathematics =
      ["Distribution", "StandardNormal", "ArrivalProcess"].map {
        "Sources/Core/\($0).swift"
      } + ["Sources/Stats/StudentT.swift"]
    return mathematics.contains(file.path) ? ["Glibc"] : []
  }

  static let topLevel: Set<String> = [
    ".ci", ".git", ".gitignore", ".swift-format", "CONTRIBUTING.md", "LICENSE", "Package.swift",
    "README.md", "Sources", "Tests", "reports", "scenarios", "scripts",
  ]
  /// What tools leave behind; `.gitignore` keeps it out of the repository.
  static let leftBehind = [
    ".build", ".swiftpm", ".relays", ".venv", ".vscode", "Package.resolved", "out",
  ]

  static func isKnownAtTop(_ name: String) -> Bool {
    topLevel.contains(name) || leftBehind.contains(name) || name.hasPrefix(".build-")
      || name.hasPrefix(".build_") || name.hasSuffix(".xcodeproj")
  }

  static func length(_ file: SourceFile) -> [String] {
    let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
    return count > longestFile ? ["\(file.path): \(count) lines, over \(longestFile)"] : []
  }

  static func whiteSpace(_ file: SourceFile) -> [String] {
    var found: [String] = []
    for (index, line) in file.lines.enumerated() {
      if line.contains("\t") { found.append("\(file.path):\(index + 1): a tab") }
      if line.last == " " { found.append("\(file.path):\(index + 1): a space at the end") }
    }
    if !file.text.isEmpty && !file.text.hasSuffix("\n") {
      found.append("\(file.path): no newline at the end")
    }
    return found
  }

  static func leftovers(_ file: SourceFile) -> [String] {
    let words = ["TO" + "DO", "FIX" + "ME"]
    return file.lines.enumerated().compactMap { index, line in
      words.first { line.contains($0) }.map { "\(file.path):\(index + 1): \($0)" }
    }
  }

  static func imports(_ file: SourceFile) -> [String] {
    guard file.isSwift, let target = file.target else { return [] }
    guard let arrows = imports[target] else { return ["\(file.path): unknown target \(target)"] }
    let allowed = arrows.union(exceptions(file))
    return file.code.compactMap { number, line in
      guard let module = imported(line), !allowed.contains(module) else { return nil }
      return "\(file.path):\(number): \(target) may not import \(module)"
    }
  }

  /// What Package.swift lets a target depend on beyond its arrows.
  static func dependencies(_ manifest: String) -> [String] {
    var found: [String] = []
    let target = /name:\s*"([\w-]+)",\s*dependencies:\s*\[([^\]]*)\]/
    for match in manifest.matches(of: target) {
      let name = match.1 == "relaymark-bench" ? "Bench" : String(match.1)
      guard let arrows = imports[name] else { continue }
      for name in match.2.matches(of: /"(\w+)"/).map({ String($0.1) }) where !arrows.contains(name)
      {
        found.append("Package.swift: \(match.1) may not depend on \(name)")
      }
    }
    return found
  }

  /// The module of an import line, whatever stands before and behind it.
  static func imported(_ line: Substring) -> String? {
    // An expression is compiled anew for each line; almost none of them imports.
    guard line.contains("import") else { return nil }
    let pattern =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
    return (try? pattern.firstMatch(in: line)).map { String($0.1) }
  }

  /// Pure code neither prints nor reads a clock nor draws from a generator that is not handed in.
  static func effects(_ file: SourceFile) -> [String] {
    guard file.isSwift, let target = file.target, pure.contains(target) else { return [] }
    let forbidden = [
      "print(", "clock_gettime", "Date()", "Date.now", "ContinuousClock", "SuspendingClock",
      "DispatchTime", "SystemRandomNumberGenerator", ".random(in:", ".shuffled()",
    ]
    return file.code.compactMap { number, line in
      forbidden.first { word in
        guard let range = line.firstRange(of: word) else { return false }
        guard let before = line[..<range.lowerBound].last else { return true }
        // `fingerprint(` is not `print(`.
        return word.hasPrefix(".") || !(before.isLetter || before.isNumber || before == "_")
      }.map { "\(file.path):\(number): \(target) may not use \($0)" }
    }
  }

  /// Suites that wait for processes and sockets do so on threads of their own.
  static func waiting(_ file: SourceFile) -> [String] {
    guard file.path.hasPrefix("Tests/EndToEndTests/") else { return [] }
    var found: [String] = []
    for (index, line) in file.lines.enumerated() {
      let isSuite =
        line.hasPrefix("@Suite") || (line.hasPrefix("struct") && line.contains("Tests "))
      if isSuite, !line.contains(".waits") {
        found.append("\(file.path):\(index + 1): a suite without @Suite(.waits)")
      }
    }
    return found
  }

  /// Relies on the layout that the formatter enforces: a body ends where its line began.
  static func functions(_ file: SourceFile) -> [String] {
    guard file.isSwift else { return [] }
    let lines = file.lines
    var found: [String] = []
    for (start, line) in lines.enumerated() where isFunction(line) {
      let close = String(line.prefix { $0 == " " }) + "}"
      guard let open = lines[start...].firstIndex(where: { $0.hasSuffix("{") }),
        let end = lines[open...].firstIndex(where: { $0 == close }),
        end - start + 1 > longestFunction
      else { continue }
      // A requirement of a protocol has no body: the brace found belongs to something else.
      guard lines[start...open].dropFirst().allSatisfy({ !$0.isEmpty && !isFunction($0) })
      else { continue }
      found.append("\(file.path):\(start + 1): a function of \(end - start + 1) lines")
    }
    return found
  }

  private static func isFunction(_ line: Substring) -> Bool {
    // As above: an expression costs more than all else here.
    guard line.contains("func") || line.contains("init") else { return false }
    return line.contains(
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:\w+(?:\([^)]*\))?\s+)*(?:func\s|init[?(<])/)
  }
}
