import Core
import Foundation

/// JUnit XML in the form that Jenkins, GitLab, GitHub's actions and Azure all read.
///
/// GitLab shows the body of a failure and not its message, and of cases with one name only the first
/// ("Unit test reports"); hence numbers in the body, and the kind in the name. What was not decided is
/// skipped, and what the harness could not measure is an error.
package struct JUnitExporter: Exporter {
  package init() {}

  package let name = "junit"
  package let fileName = "junit.xml"

  package func export(_ export: Export) -> String {
    let gate = export.gate
    let targets = Content.unique(gate.items.map(\.target))
    let seconds = String(format: "%.3f", gate.durationNs.seconds)
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"relaymark\" \(Self.counts(gate.items)) time=\"\(seconds)\">\n"
    for target in targets {
      let items = gate.items.filter { $0.target == target }
      text += "  <testsuite name=\"\(Self.attribute(target))\" \(Self.counts(items))"
      text += " time=\"\(seconds)\" timestamp=\"\(Self.attribute(gate.startedAt))\">\n"
      for item in items { text += Self.testCase(item) }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private static func counts(_ items: [GateItem]) -> String {
    func count(_ outcomes: GateItem.Outcome...) -> Int {
      items.count { outcomes.contains($0.outcome) }
    }
    return "tests=\"\(items.count)\" failures=\"\(count(.fail))\" errors=\"\(count(.error))\""
      + " skipped=\"\(count(.skip, .inconclusive))\""
  }

  private static func testCase(_ item: GateItem) -> String {
    let name = attribute("\(item.kind.rawValue): \(item.name)")
    let head =
      "    <testcase classname=\"relaymark.\(attribute(item.target))\" name=\"\(name)\" time=\"0\""
    let message = attribute(item.summary)
    let body = Escaping.html(([item.summary] + item.details).joined(separator: "\n"))
    switch item.outcome {
    case .pass: return head + "/>\n"
    case .warn:
      return head + ">\n      <system-out>\(body)</system-out>\n    </testcase>\n"
    case .skip:
      return head + ">\n      <skipped message=\"\(message)\"/>\n    </testcase>\n"
    case .inconclusive:
      return head + ">\n      <skipped message=\"not decided: \(message)\"/>\n    </testcase>\n"
    case .fail, .error:
      let element = item.outcome == .fail ? "failure" : "error"
      return head + ">\n      <\(element) message=\"\(message)\" type=\"\(item.kind.rawValue)\">"
        + "\(body)</\(element)>\n    </testcase>\n"
    }
  }

  /// Line ends in an attribute would be read as spaces (XML 1.0, section 3.3.3).
  private static func attribute(_ text: String) -> String {
    Escaping.html(text).replacing("\n", with: "&#10;").replacing("\t", with: "&#9;")
  }
}
