/// Files of prompts: a prompt a line, or a request a line in JSON.
enum PromptFile {
  /// Every line that is not blank, as it is.
  static func lines(_ bytes: [UInt8]) throws(SampleFileError) -> [String] {
    var result: [String] = []
    for (number, line) in split(bytes) {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw SampleFileError("line \(number) is not UTF-8")
      }
      result.append(text)
    }
    return try checked(result)
  }

  /// JSON Lines: `{"messages": [{"role": "user", "content": "…"}]}`, or such an array by itself.
  /// Other members are left out, so that files made for other tools can be used.
  static func requests(_ bytes: [UInt8]) throws(SampleFileError) -> [[Prompt.Message]] {
    var result: [[Prompt.Message]] = []
    for (number, line) in split(bytes) {
      do throws(SampleFileError) {
        result.append(try request(line))
      } catch {
        throw SampleFileError("line \(number): \(error.message)")
      }
    }
    return try checked(result)
  }

  private static func checked<Element>(_ prompts: [Element]) throws(SampleFileError) -> [Element] {
    guard !prompts.isEmpty else { throw SampleFileError("there is no prompt in it") }
    guard prompts.count <= Limits.prompts else {
      throw SampleFileError("it has \(prompts.count) prompts; at most \(Limits.prompts) are read")
    }
    return prompts
  }

  /// Lines with their numbers, without line ends, a byte order mark and lines that are blank.
  private static func split(_ bytes: [UInt8]) -> [(number: Int, line: ArraySlice<UInt8>)] {
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    var result: [(number: Int, line: ArraySlice<UInt8>)] = []
    var number = 0
    for line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if text.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
      result.append((number, text))
    }
    return result
  }

  private static func request(_ line: ArraySlice<UInt8>) throws(SampleFileError)
    -> [Prompt.Message]
  {
    let (root, problems) = JSON5Parser.parse(Array(line))
    guard problems.isEmpty, let root else { throw SampleFileError("it is no JSON") }
    let messages: [JSON5Value]
    switch root.kind {
    case .array(let values): messages = values
    case .object(let members):
      guard case .array(let values)? = members.first(where: { $0.key == "messages" })?.value.kind
      else { throw SampleFileError("there is no array `messages` in it") }
      messages = values
    default: throw SampleFileError("it is neither an object nor an array")
    }
    var result: [Prompt.Message] = []
    for (index, value) in messages.enumerated() {
      do throws(SampleFileError) {
        result.append(try message(value))
      } catch {
        throw SampleFileError("message \(index + 1): \(error.message)")
      }
    }
    guard let last = result.last else { throw SampleFileError("it has no message") }
    guard last.role == .user else {
      throw SampleFileError(
        "the last message is the \(last.role.rawValue)'s; a request ends with the user's")
    }
    return result
  }

  private static func message(_ value: JSON5Value) throws(SampleFileError) -> Prompt.Message {
    guard case .object(let members) = value.kind else {
      throw SampleFileError("it is no object")
    }
    func text(_ key: String) -> String? {
      guard case .string(let text)? = members.first(where: { $0.key == key })?.value.kind else {
        return nil
      }
      return text.text
    }
    guard let word = text("role") else { throw SampleFileError("it has no `role`") }
    guard let role = Prompt.Role(rawValue: word) else {
      let roles = Prompt.Role.allCases.map(\.rawValue)
      throw SampleFileError(
        "unknown role \(quoted(word))\(Suggestion.phrase(for: word, in: roles)); "
          + "there are \(roles.joined(separator: ", "))")
    }
    guard let content = text("content") else {
      throw SampleFileError("it has no text in `content`")
    }
    return Prompt.Message(role: role, text: content)
  }
}
