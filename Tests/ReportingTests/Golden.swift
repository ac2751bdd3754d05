import Foundation
import Testing

/// Committed files that what is rendered must equal; `UPDATE_GOLDEN=1` rewrites them.
enum Golden {
  static func hold(_ text: String, _ file: String) throws {
    let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden").appendingPathComponent(file)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: place)
    }
    let expected = try String(decoding: Data(contentsOf: place), as: UTF8.self)
    guard text != expected else { return }
    let lines = zip(text.split(separator: "\n"), expected.split(separator: "\n"))
    let first = lines.enumerated().first { $0.element.0 != $0.element.1 }
    Issue.record(
      """
      \(file) differs (UPDATE_GOLDEN=1 rewrites it), first in line \
      \(first.map { "\($0.offset + 1): \($0.element.0)" } ?? "at the end")
      """)
  }
}
