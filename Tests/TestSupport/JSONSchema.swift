import Foundation

/// A parsed JSON value, for the checks of tests only.
package indirect enum JSON: Decodable, Equatable {
  case null, bool(Bool), number(Double), string(String), array([JSON]), object([String: JSON])

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  package static func parse(_ text: String) throws -> JSON {
    try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  /// JSON5, which is what people write.
  package static func parse5(_ text: String) throws -> JSON {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return try decoder.decode(JSON.self, from: Data(text.utf8))
  }

  package subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }
}

/// The part of JSON Schema 2020-12 that our schemas use.
///
/// A keyword that is not known is an error, so that the schema cannot outgrow its test.
package struct JSONSchema {
  package let root: JSON

  package init(root: JSON) { self.root = root }

  private static let annotations: Set<String> = [
    "$schema", "$id", "$defs", "title", "description", "default",
  ]

  /// What is wrong with the value, or with the schema, as `path: words`.
  package func errors(_ value: JSON) -> [String] { errors(value, root, "$") }

  private func errors(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
    guard case .object(let keywords) = schema else { return ["\(path): a schema is an object"] }
    return keywords.sorted { $0.key < $1.key }.flatMap { keyword, rule in
      Self.annotations.contains(keyword) ? [] : check(value, keyword, rule, schema, path)
    }
  }

  private func check(
    _ value: JSON, _ keyword: String, _ rule: JSON, _ schema: JSON, _ path: String
  ) -> [String] {
    switch (keyword, rule) {
    case ("type", .string(let name)):
      return Self.isA(value, name) ? [] : ["\(path): is no \(name)"]
    case ("const", _): return value == rule ? [] : ["\(path): is not \(rule)"]
    case ("enum", .array(let allowed)):
      return allowed.contains(value) ? [] : ["\(path): \(value) is not in the list"]
    case ("minimum", .number(let least)):
      if case .number(let number) = value, number < least { return ["\(path): below \(least)"] }
      return []
    case ("maximum", .number(let most)):
      if case .number(let number) = value, number > most { return ["\(path): above \(most)"] }
      return []
    case ("pattern", .string(let pattern)):
      guard case .string(let text) = value else { return [] }
      let isFound = text.range(of: pattern, options: .regularExpression) != nil
      return isFound ? [] : ["\(path): does not match \(pattern)"]
    case ("anyOf", .array(let options)):
      return options.contains { errors(value, $0, path).isEmpty } ? [] : ["\(path): fits none"]
    case ("$ref", .string(let reference)):
      guard let target = resolve(reference) else { return ["\(path): no \(reference)"] }
      return errors(value, target, path)
    case ("items", _): return items(value, rule, path)
    case ("properties", _), ("required", _), ("additionalProperties", _), ("propertyNames", _):
      guard case .object(let members) = value else { return [] }
      return object(members, keyword, rule, schema, path)
    default: return ["\(path): the validator does not know the keyword \(keyword)"]
    }
  }

  private func items(_ value: JSON, _ rule: JSON, _ path: String) -> [String] {
    guard case .array(let elements) = value else { return [] }
    return elements.enumerated().flatMap { errors($1, rule, "\(path)[\($0)]") }
  }

  private func object(
    _ members: [String: JSON], _ keyword: String, _ rule: JSON, _ schema: JSON, _ path: String
  ) -> [String] {
    switch (keyword, rule) {
    case ("required", .array(let names)):
      return names.compactMap { name in
        guard case .string(let text) = name, members[text] == nil else { return nil }
        return "\(path): \(text) is missing"
      }
    case ("propertyNames", _):
      return members.keys.flatMap { errors(.string($0), rule, "\(path).\($0) (name)") }
    case ("properties", .object(let known)):
      return known.flatMap { name, inner in
        members[name].map { errors($0, inner, "\(path).\(name)") } ?? []
      }
    case ("additionalProperties", _):
      var known: [String: JSON] = [:]
      if case .object(let properties)? = schema["properties"] { known = properties }
      let others = members.filter { known[$0.key] == nil }
      if rule == .bool(false) { return others.keys.map { "\(path): \($0) is not allowed" } }
      return others.flatMap { errors($0.value, rule, "\(path).\($0.key)") }
    default: return ["\(path): \(keyword) has a value the validator does not know"]
    }
  }

  private func resolve(_ reference: String) -> JSON? {
    let prefix = "#/$defs/"
    guard reference.hasPrefix(prefix) else { return nil }
    return root["$defs"]?[String(reference.dropFirst(prefix.count))]
  }

  private static func isA(_ value: JSON, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
      ("number", .number), ("null", .null):
      true
    case ("integer", .number(let number)): number == number.rounded()
    default: false
    }
  }
}

extension JSONSchema {
  /// The schema of that name: records in `reports/schema`, what people write in `scenarios/schema`.
  package static func committed(
    _ name: String, in folder: String = "reports/schema"
  ) throws -> JSONSchema {
    JSONSchema(
      root: try JSON.parse(RepositoryText.read("\(folder)/\(name).schema.json")))
  }

  /// The properties that no one has described.
  package var undescribed: [String] { Self.undescribed(root, "$") }

  private static func undescribed(_ schema: JSON, _ path: String) -> [String] {
    guard case .object(let members) = schema else { return [] }
    var found: [String] = []
    if case .object(let properties)? = members["properties"] {
      for (name, inner) in properties where inner["description"] == nil {
        found.append("\(path).\(name)")
      }
    }
    for (key, inner) in members {
      if case .object(let children) = inner, key == "properties" || key == "$defs" {
        for (name, child) in children { found += undescribed(child, "\(path).\(name)") }
      }
    }
    return found
  }
}

/// Files of the repository, by their path in it.
package enum RepositoryText {
  package static func read(_ path: String) throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../\(path)").standardized
    return String(decoding: try Data(contentsOf: file), as: UTF8.self)
  }
}

extension JSON {
  /// Of an object.
  package var members: [String: JSON]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// It as JSON again.
  package var text: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): Self.quoted(value)
    case .array(let values): "[\(values.map(\.text).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(Self.quoted($0.key)):\($0.value.text)" }.joined(separator: ","))}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
        ? "\\u00\(scalar.value < 0x10 ? "0" : "")\(String(scalar.value, radix: 16))"
        : String(scalar)
    }
    return "\"\(scalars.joined())\""
  }
}
