import Foundation

/// A text file of the repository.
struct SourceFile {
  /// Relative to the root: `Sources/Wire/SSEParser.swift`.
  var path: String
  var text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
  var name: String { String(path.split(separator: "/").last ?? "") }
  var isSwift: Bool { path.hasSuffix(".swift") }

  /// The target a file under Sources belongs to, or nil.
  var target: String? {
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  /// The lines with `//` comments cut off, numbered from 1.
  var code: [(number: Int, text: Substring)] {
    lines.enumerated().map { index, line in
      guard let comment = line.range(of: "//") else { return (index + 1, line) }
      return (index + 1, line[..<comment.lowerBound])
    }
  }
}

/// The checkout that these tests were built from.
enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every text file below these folders, sorted by path; a folder that is not there has none.
  static func files(in folders: [String]) -> [SourceFile] {
    folders.flatMap(files(below:)).sorted { $0.path < $1.path }
  }

  private static func files(below folder: String) -> [SourceFile] {
    let start = root.appendingPathComponent(folder)
    guard let paths = FileManager.default.enumerator(atPath: start.path) else { return [] }
    var found: [SourceFile] = []
    for case let path as String in paths where !path.contains("__pycache__") {
      let full = start.appendingPathComponent(path).path
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder),
        !isFolder.boolValue, let data = FileManager.default.contents(atPath: full),
        let text = String(data: data, encoding: .utf8)
      else { continue }
      found.append(SourceFile(path: "\(folder)/\(path)", text: text))
    }
    return found
  }

  static func topLevel() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
  }
}
