/// A folder of which each file holds one thing, and the list that names them all.
struct Registry {
  /// `Sources/Wire/Dialects`.
  var folder: String
  /// The protocol that the things conform to: `Dialect`.
  var kind: String
  /// The type that holds the list `all`: `Dialects`.
  var name: String

  static let known = [
    Registry(folder: "Sources/Wire/Dialects", kind: "Dialect", name: "Dialects"),
    Registry(folder: "Sources/Wire/Faults", kind: "Fault", name: "Faults"),
    Registry(
      folder: "Sources/Judging/Conformance/Chapters", kind: "Chapter", name: "Chapters"),
    Registry(folder: "Sources/Judging/Checks", kind: "Check", name: "Checks"),
    Registry(folder: "Sources/Reporting/Renderers", kind: "Renderer", name: "Renderers"),
    Registry(folder: "Sources/Reporting/Exporters", kind: "Exporter", name: "Exporters"),
  ]

  /// What is wrong between the folder and the list; both may be missing, but not one of them.
  func problems(in files: [SourceFile]) -> [String] {
    let members = files.filter { $0.path.hasPrefix(folder + "/") && $0.isSwift }
    let lists = files.compactMap { list(in: $0) }
    guard !members.isEmpty || !lists.isEmpty else { return [] }
    guard lists.count == 1 else { return ["\(name).all is there \(lists.count) times"] }
    let listed = lists[0]
    var found: [String] = []
    var declared: [String] = []
    for file in members {
      let types = conforming(in: file)
      if types.count != 1 {
        found.append("\(file.path): holds \(types.count) types that are a \(kind), not one")
      }
      declared += types
    }
    found += declared.filter { !listed.contains($0) }.map { "\($0) is not in \(name).all" }
    found += listed.filter { !declared.contains($0) }.map {
      "\(name).all lists \($0), which \(folder) does not hold"
    }
    if Set(listed).count != listed.count { found.append("\(name).all lists one twice") }
    return found
  }

  /// The type names between the brackets of `static let all: [any Kind…] = […]`, or nil.
  func list(in file: SourceFile) -> [String]? {
    guard let head = file.text.firstRange(of: "static let all: [any \(kind)"),
      file.text[..<head.lowerBound].contains("enum \(name)"),
      let open = file.text[head.upperBound...].firstRange(of: "= [")
    else { return nil }
    let body = file.text[open.upperBound...].prefix { $0 != "]" }
    return body.matches(of: /([A-Z]\w*)(?:\(\)|\.self)/).map { String($0.1) }
  }

  /// The types a file declares as this kind.
  func conforming(in file: SourceFile) -> [String] {
    file.code.compactMap { _, line in
      guard let match = line.firstMatch(of: /\b(?:struct|enum|class)\s+(\w+)\s*:\s*([^{]*)/)
      else { return nil }
      let kinds = match.2.split(separator: ",").map { $0.filter { $0 != " " } }
      return kinds.contains(kind) ? String(match.1) : nil
    }
  }
}
