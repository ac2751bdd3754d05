/// The error object of OpenAI-shaped answers, in the forms that relays and providers give it.
enum ErrorReader {
  /// A truthy top-level `error` (the official SDK's own test for a failed stream), or vLLM's flat
  /// `{"object":"error","message":…}`; nil if the document holds no error.
  static func error(in document: JSONValue) -> StreamError? {
    if let error = document["error"], isTruthy(error) {
      return flatError(in: error) ?? StreamError(message: text(error) ?? "")
    }
    return document["object"]?.string == "error" ? flatError(in: document) : nil
  }

  /// An object whose own members are those of an error; nil if it is no object.
  static func flatError(in value: JSONValue) -> StreamError? {
    guard case .object = value else { return nil }
    return StreamError(
      message: value["message"].flatMap(text) ?? "", type: value["type"].flatMap(text),
      code: value["code"].flatMap(text))
  }

  /// What a script language takes for true: not null, false, zero or empty.
  private static func isTruthy(_ value: JSONValue) -> Bool {
    switch value {
    case .null: false
    case .bool(let value): value
    case .number(let text): Double(text) != 0
    case .string(let bytes): !bytes.isEmpty
    case .array(let values): !values.isEmpty
    case .object(let members): !members.isEmpty
    }
  }

  /// Strings as they are and numbers as written: codes come as both.
  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string: value.string
    case .number(let text): text
    case .bool(let value): String(value)
    case .null, .array, .object: nil
    }
  }
}
