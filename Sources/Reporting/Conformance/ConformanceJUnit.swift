package import Core

/// The verdicts of a conformance run as JUnit XML, which CI systems show: a suite for each group, a
/// case for each check. What must hold and does not is a failure; what should, and warnings, stand in
/// the output of a case that passes; an error of ours is one.
package enum ConformanceJUnit {
  package static func render(_ record: ConformanceRecord) -> String {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let failures = record.verdicts.count(where: isFailure)
    text += "<testsuites name=\"\(attribute("relaymark conform: \(record.target.name)"))\" "
    text += "tests=\"\(record.verdicts.count)\" failures=\"\(failures)\" "
    text += "errors=\"\(record.verdicts.count { $0.verdict == .error })\" "
    text += "time=\"\(seconds(record.durationNs))\">\n"
    for group in ConformanceSummary.groups(record) {
      text += "  <testsuite name=\"\(attribute(group.name))\" tests=\"\(group.verdicts.count)\" "
      text += "failures=\"\(group.verdicts.count(where: isFailure))\" "
      text += "errors=\"\(group.count(.error))\" skipped=\"\(group.count(.skip))\">\n"
      for verdict in group.verdicts { text += testCase(verdict, record) }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private static func isFailure(_ verdict: ConformanceVerdict) -> Bool {
    verdict.verdict == .fail && verdict.level.isBinding
  }

  private static func testCase(
    _ verdict: ConformanceVerdict, _ record: ConformanceRecord
  ) -> String {
    var text = "    <testcase name=\"\(attribute("\(verdict.id) \(verdict.slug)"))\" "
    text += "classname=\"\(attribute(record.target.name))\">"
    let seen = attribute(verdict.actual.joined(separator: "; "))
    switch verdict.verdict {
    case .fail where isFailure(verdict):
      text += "<failure type=\"\(verdict.severity.rawValue)\" message=\"\(seen)\">"
      text += Escaping.html(
        "\(verdict.requirement)\nexpected: \(verdict.expected.joined(separator: "; or "))\n"
          + "seen: \(verdict.actual.joined(separator: "\n      "))\n\(verdict.source)")
      text += "</failure>"
    case .error: text += "<error message=\"\(seen)\"/>"
    case .skip: text += "<skipped message=\"\(seen)\"/>"
    case .fail, .warn, .info:
      text += "<system-out>\(Escaping.html("\(ConformanceSummary.word(verdict)): "))\(seen)"
      text += "</system-out>"
    case .pass: break
    }
    return text + "</testcase>\n"
  }

  private static func attribute(_ words: String) -> String {
    Escaping.html(words).replacing("\n", with: " ")
  }

  private static func seconds(_ time: Nanoseconds) -> String {
    let thousandths = String(time.count / 1_000_000 % 1_000)
    let zeros = String(repeating: "0", count: 3 - thousandths.utf8.count)
    return "\(time.count / 1_000_000_000).\(zeros)\(thousandths)"
  }
}
