import Core
import Foundation
import Judging

/// The checks that a relay is known to fail, which its own repository keeps in a file: a failure that
/// is listed passes, and a listed check that passes fails as stale, so that the list stays true.
struct ExpectedFailures {
  private let ids: Set<String>
  private let path: String

  init(_ arguments: Arguments) throws(CommandError) {
    guard let path = try arguments.value("expected-failures") else {
      (ids, self.path) = ([], "")
      return
    }
    self.path = path
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .usage("--expected-failures=\(path): no such file, or it cannot be read")
    }
    var ids: Set<String> = []
    for (number, line) in String(decoding: data, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated() {
      let word = line.prefix { $0 != "#" }.filter { !$0.isWhitespace }
      guard !word.isEmpty else { continue }
      let found = Chapters.named(word)
      guard !found.isEmpty else {
        throw .usage("\(path):\(number + 1): there is no check \(word) (relaymark list checks)")
      }
      ids.formUnion(found.map(\.id))
    }
    self.ids = ids
  }

  /// Says which were unexpected, and what the exit status is.
  func code(_ record: ConformanceRecord) -> ExitCode {
    var code = ExitCode.passed
    for verdict in record.verdicts where verdict.scores {
      let isListed = ids.contains(verdict.id)
      switch verdict.verdict {
      case .fail where !isListed && verdict.level.isBinding: code = .failed
      case .pass where isListed, .warn where isListed, .info where isListed:
        Terminal.note(
          "relaymark conform: \(verdict.id) is in \(path) and does not fail any more; take it out")
        code = .failed
      case .error where code == .passed: code = .incomplete
      default: break
      }
    }
    return code
  }
}
