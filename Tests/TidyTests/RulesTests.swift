import Testing

/// Each rule is broken here on purpose: a rule that cannot fail proves nothing.
@Suite struct RulesTests {
  private func swift(_ text: String, in path: String = "Sources/Wire/A.swift") -> SourceFile {
    SourceFile(path: path, text: text)
  }

  @Test func length() {
    #expect(Rules.length(swift(String(repeating: "x\n", count: 500))).isEmpty)
    #expect(Rules.length(swift(String(repeating: "x\n", count: 501))).count == 1)
  }

  @Test func whiteSpace() {
    #expect(Rules.whiteSpace(swift("a\n")).isEmpty)
    #expect(Rules.whiteSpace(swift("a\tb\n")) == ["Sources/Wire/A.swift:1: a tab"])
    #expect(Rules.whiteSpace(swift("a\nb \n")) == ["Sources/Wire/A.swift:2: a space at the end"])
    #expect(Rules.whiteSpace(swift("a")).count == 1)
  }

  @Test func leftovers() {
    #expect(Rules.leftovers(swift("// TO" + "DO: later\n")).count == 1)
    #expect(Rules.leftovers(swift("let todo = 1\n")).isEmpty)
  }

  @Test(arguments: [
    ("import Core", "Core"), ("package import Core", "Core"), ("  private import Glibc", "Glibc"),
    ("@preconcurrency import Foundation", "Foundation"), ("import struct Core.Instant", "Core"),
    ("@_spi(Tools) public import Wire", "Wire"),
  ])
  func importLine(_ line: String, _ module: String) {
    #expect(Rules.imported(line[...]) == module)
  }

  @Test func importsAcrossTheArrows() {
    #expect(Rules.imports(swift("import Core\n")).isEmpty)
    #expect(
      Rules.imports(swift("\nimport Judging\n"))
        == ["Sources/Wire/A.swift:2: Wire may not import Judging"])
    #expect(Rules.imports(swift("import Foundation\n")).count == 1)
    #expect(Rules.imports(swift("import Foundation\n", in: "Sources/Reporting/A.swift")).isEmpty)
    #expect(
      Rules.imports(swift("import Foundation\n", in: "Sources/Core/ScenarioReader.swift")).isEmpty)
    #expect(Rules.imports(swift("import CCurl\n", in: "Sources/Harness/A.swift")).count == 1)
    #expect(Rules.imports(swift("import CCurl\n", in: "Sources/Platform/A.swift")).isEmpty)
    #expect(Rules.imports(swift("import Core\n", in: "Sources/Fresh/A.swift")).count == 1)
    #expect(Rules.imports(swift("// import Judging\n")).isEmpty)
  }

  @Test func dependencies() {
    #expect(
      Rules.dependencies(#".target(name: "Wire", dependencies: ["Core", "Platform"])"#)
        == ["Package.swift: Wire may not depend on Platform"])
    #expect(Rules.dependencies(".target(\n name: \"Wire\",\n dependencies: [\"Core\"])").isEmpty)
  }

  @Test func effects() {
    #expect(Rules.effects(swift("  print(value)\n")).count == 1)
    #expect(Rules.effects(swift("  fingerprint(value)\n")).isEmpty)
    #expect(Rules.effects(swift("  // print(value)\n")).isEmpty)
    #expect(Rules.effects(swift("let now = Date()\n")).count == 1)
    #expect(Rules.effects(swift("let now = ContinuousClock.now\n")).count == 1)
    #expect(Rules.effects(swift("let x = Int.random(in: 0..<3)\n")).count == 1)
    #expect(Rules.effects(swift("print(1)\n", in: "Sources/relaymark/A.swift")).isEmpty)
  }

  @Test func waiting() {
    let path = "Tests/EndToEndTests/A.swift"
    #expect(Rules.waiting(swift("@Suite(.waits) struct ATests {\n", in: path)).isEmpty)
    #expect(Rules.waiting(swift("@Suite struct ATests {\n", in: path)).count == 1)
    #expect(Rules.waiting(swift("struct ATests {\n", in: path)).count == 1)
    #expect(Rules.waiting(swift("@Suite struct ATests {\n", in: "Tests/WireTests/A.swift")).isEmpty)
  }

  @Test func functions() {
    let body = String(repeating: "    x()\n", count: 58)
    #expect(Rules.functions(swift("  func a() {\n" + body + "  }\n")).isEmpty)
    #expect(Rules.functions(swift("  func a() {\n" + body + "    x()\n  }\n")).count == 1)
    #expect(
      Rules.functions(swift("  package init(\n    a: Int\n  ) {\n" + body + "  }\n")).count == 1)
    #expect(Rules.functions(swift("  func a()\n  func b() {\n" + body + "  }\n")).isEmpty)
    let calls = "  private static func a(_ b: Int) throws -> Int {\n"
    #expect(Rules.functions(swift(calls + body + body + "  }\n")).count == 1)
  }

  @Test func topLevel() {
    #expect(Rules.isKnownAtTop("Sources"))
    #expect(Rules.isKnownAtTop(".build-debug"))
    #expect(!Rules.isKnownAtTop("notes.md"))
  }

  @Test func registries() {
    let registry = Registry(folder: "Sources/Judging/Checks", kind: "Check", name: "Checks")
    let list = swift(
      """
      package enum Checks {
        package static let all: [any Check] = [
          One(),
          Two(),
        ]
      }
      """, in: "Sources/Judging/Check.swift")
    let one = swift("package struct One: Check {\n", in: "Sources/Judging/Checks/One.swift")
    let two = swift("struct Two: Sendable, Check {\n", in: "Sources/Judging/Checks/Two.swift")
    let three = swift("struct Three: Check {\n", in: "Sources/Judging/Checks/Three.swift")
    let helper = swift("struct Helper {\n", in: "Sources/Judging/Checks/Helper.swift")
    #expect(registry.problems(in: [list, one, two]).isEmpty)
    #expect(registry.problems(in: [list, one, two, three]) == ["Three is not in Checks.all"])
    #expect(
      registry.problems(in: [list, one])
        == ["Checks.all lists Two, which Sources/Judging/Checks does not hold"])
    #expect(registry.problems(in: [list, one, two, helper]).count == 1)
    #expect(registry.problems(in: [one]) == ["Checks.all is there 0 times"])
    #expect(registry.problems(in: []).isEmpty)
  }

  @Test func registriesOfTypes() {
    let registry = Registry(folder: "Sources/Wire/Faults", kind: "Fault", name: "Faults")
    let list = swift(
      "package enum Faults {\n  static let all: [any Fault.Type] = [\n    Stall.self,\n  ]\n}\n")
    #expect(registry.list(in: list) == ["Stall"])
  }
}
