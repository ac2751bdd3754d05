import Core

/// The checks of a release, which score; those that came later are pending until the next one.
///
/// The list is published as `reports/checks/NAME.txt` and never changed behind its release, so that
/// two results with the same set say the same.
package enum FrozenChecks {
  /// The name of the set.
  package static let name = "1"

  /// Checks that are run and shown and do not score yet: what they call wrong has not been held
  /// against enough relays.
  package static let pending: Set<String> = ["CAN-005", "HDR-007", "TIM-011", "USE-007"]

  package static func contains(_ id: String) -> Bool { !pending.contains(id) }

  /// As it is published, a check a line.
  package static var list: String {
    let lines = Chapters.checks.filter { contains($0.id) }.map { check in
      "\(check.id) \(check.slug) \(check.level.rawValue) \(check.severity.rawValue)\n"
    }
    return "# relaymark conformance checks, set \(name)\n" + lines.joined()
  }
}
