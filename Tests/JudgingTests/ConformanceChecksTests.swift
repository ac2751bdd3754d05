import Core
import Foundation
import Judging
import Testing
import Wire

/// What holds of every check by itself.
@Suite struct ConformanceChecksTests {
  @Test func idsAndSlugsAreUniqueAndInOrder() {
    let checks = Chapters.checks
    #expect(Set(checks.map(\.id)).count == checks.count)
    #expect(Set(checks.map(\.slug)).count == checks.count)
    for chapter in Chapters.all {
      #expect(chapter.checks.map(\.id) == chapter.checks.map(\.id).sorted())
      #expect(Set(chapter.checks.map(\.group)).count == 1, "a chapter is of one group")
    }
  }

  @Test func wordsAreWhole() {
    for check in Chapters.checks {
      #expect(check.id.wholeMatch(of: /[A-Z]{3,4}-\d{3}/) != nil, "\(check.id)")
      #expect(check.slug.wholeMatch(of: /[a-z]+\/[a-z0-9-]+/) != nil, "\(check.slug)")
      #expect(check.slug.hasPrefix(check.group.lowercased() + "/"), "\(check.slug)")
      #expect(!check.requirement.isEmpty && !check.requirement.hasSuffix("."), "\(check.id)")
      #expect(!check.source.isEmpty && !check.expected.isEmpty, "\(check.id)")
    }
  }

  /// Mistakes in the literals of faults end the program, and so would be found by a user.
  @Test func everyStimulusAndMutantReads() {
    for check in Chapters.checks {
      for dialect in Dialects.all {
        let stimuli = check.stimuli(Pair(face: dialect, upstream: dialect))
        #expect(!stimuli.isEmpty, "\(check.id) has nothing to play in \(dialect.name)")
        #expect(Set(stimuli.map(\.name)).count == stimuli.count, "\(check.id) has a name twice")
      }
      for mutant in check.mutants {
        #expect(!mutant.faults.isEmpty)
        for fault in mutant.faults { _ = Stimulus.rule(fault, leg: .a) }
      }
    }
  }

  /// A set that was published does not change.
  @Test func theFrozenSetIsAsPublished() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let path = "reports/checks/\(FrozenChecks.name).txt"
    let published = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    #expect(
      FrozenChecks.list == published,
      "a new check is pending until the next set; relaymark list checks --frozen")
    #expect(FrozenChecks.pending.isSubset(of: Chapters.checks.map(\.id)))
  }

  @Test func whatIsNotRunHasNoCheck() {
    let known = Set(Chapters.checks.map(\.id))
    #expect(UnrunChecks.all.map(\.id) == UnrunChecks.all.map(\.id).sorted())
    for check in UnrunChecks.all {
      #expect(!known.contains(check.id) && !check.words.isEmpty)
    }
  }

  @Test func keysAreFoundInAnyForm() {
    let traces = KeyTraces("sk-relaymark/provider canary+1")
    func found(_ text: String) -> [String] { traces.found(in: [("there", Array(text.utf8))]) }
    #expect(found("nothing of it").isEmpty)
    #expect(found("key sk-relaymark/provider canary+1.") == ["the key, in there"])
    #expect(
      found("sk-relaymark%2Fprovider%20canary%2B1") == ["the key as a part of a URL, in there"])
    #expect(found("c2stcmVsYXltYXJrL3Byb3ZpZGVyIGNhbmFyeSsx") == ["the key in Base64, in there"])
    #expect(found("ends in canary+1") == ["the end of the key, in there"])
  }

  @Test func checksAreFoundByGroupIdAndPath() {
    #expect(Chapters.named("flt-004").map(\.id) == ["FLT-004"])
    #expect(Chapters.named("flt/clean-eof").map(\.id) == ["FLT-004"])
    #expect(Set(Chapters.named("FLT").map(\.group)) == ["FLT"])
    #expect(Chapters.named("nothing").isEmpty)
  }
}
