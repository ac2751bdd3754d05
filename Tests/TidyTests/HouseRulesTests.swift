import Foundation
import Testing

/// The tree as it is obeys the rules.
@Suite struct HouseRulesTests {
  static let sources = SourceTree.files(in: ["Sources"])
  static let ours = SourceTree.files(in: ["Sources", "Tests", "scripts", ".ci"])
  /// Written by hand, unlike what stands in golden files and example reports.
  static let written =
    ours.filter { !$0.path.lowercased().contains("golden") && !$0.path.contains("Fixtures") }
    + SourceTree.files(in: ["scenarios"])

  @Test func theTreeIsFound() {
    #expect(Self.sources.contains { $0.path == "Sources/Core/Instant.swift" })
    #expect(Self.ours.contains { $0.path == "Tests/TidyTests/HouseRulesTests.swift" })
    #expect(Self.ours.contains { $0.path == "scripts/test" })
  }

  @Test func noFileIsTooLong() { expectNone(Self.written.flatMap(Rules.length)) }

  @Test func noFunctionIsTooLong() { expectNone(Self.sources.flatMap(Rules.functions)) }

  @Test func noTabsAndNoTrailingSpaces() { expectNone(Self.written.flatMap(Rules.whiteSpace)) }

  @Test func nothingIsLeftForLater() { expectNone(Self.written.flatMap(Rules.leftovers)) }

  @Test func importsFollowTheArrows() { expectNone(Self.sources.flatMap(Rules.imports)) }

  @Test func whatWaitsHasItsOwnThreads() { expectNone(Self.ours.flatMap(Rules.waiting)) }

  @Test func pureTargetsHaveNoEffects() { expectNone(Self.sources.flatMap(Rules.effects)) }

  @Test(arguments: Registry.known.map(\.name))
  func registryListsItsFolder(_ name: String) throws {
    let registry = try #require(Registry.known.first { $0.name == name })
    expectNone(registry.problems(in: Self.sources))
  }

  @Test func topLevelHoldsOnlyWhatBelongsThere() throws {
    expectNone(try SourceTree.topLevel().filter { !Rules.isKnownAtTop($0) })
  }

  @Test func packageDeclaresOnlyTheArrows() throws {
    let manifest = SourceTree.root.appendingPathComponent("Package.swift")
    let text = try String(contentsOf: manifest, encoding: .utf8)
    #expect(text.contains("name: \"Harness\""))
    expectNone(Rules.dependencies(text))
  }

  /// A target that is added needs its arrows here.
  @Test func everyTargetHasItsArrows() {
    let targets = Set(Self.sources.filter(\.isSwift).compactMap(\.target))
    expectNone(targets.subtracting(Rules.imports.keys).sorted())
  }

  @Test func everyScriptIsStrictAndExecutable() {
    for file in Self.ours where file.lines.first == "#!/usr/bin/env bash" {
      let path = SourceTree.root.appendingPathComponent(file.path).path
      #expect(FileManager.default.isExecutableFile(atPath: path), "\(file.path)")
      #expect(file.text.contains("\nset -euo pipefail\n"), "\(file.path)")
    }
  }

  private func expectNone(
    _ problems: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))", sourceLocation: sourceLocation)
  }
}
