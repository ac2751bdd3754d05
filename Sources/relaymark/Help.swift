/// Help texts, made of what the commands say of themselves.
enum Help {
  static var overview: String {
    var text = """
      relaymark: benchmark and streaming conformance for AI API relays

      usage: relaymark COMMAND [options]

      """
    let width = Commands.all.map(\.name.count).max() ?? 0
    for command in Commands.all {
      text += "  \(padded(command.name, to: width))  \(command.summary)\n"
    }
    text += """

      relaymark run                 measure the built-in relay: no account, no network needed
      relaymark COMMAND --help      options and examples of a command

      exit status: 0 passed, 1 a MUST check or an expectation failed, 2 usage or scenario error,
      3 inconclusive (with --require-pass), 4 this machine was unfit to measure, 5 the run could
      not be completed, 130 interrupted
      """
    return text
  }

  static func text(_ command: any Command) -> String {
    var text = "\(command.summary)\n\nusage: relaymark \(command.name) \(command.usage)\n"
    let names = command.options.map { option in
      let value = option.value.map { "=\($0)" } ?? ""
      return "--\(option.name)" + (option.preset == nil ? value : "[\(value)]")
    }
    let width = names.map(\.count).max() ?? 0
    if !names.isEmpty { text += "\noptions:\n" }
    for (name, option) in zip(names, command.options) {
      let lines = option.help.split(separator: "\n", omittingEmptySubsequences: false)
      text += "  \(padded(name, to: width))  \(lines.first ?? "")\n"
      for line in lines.dropFirst() { text += "  \(padded("", to: width))  \(line)\n" }
    }
    if !command.examples.isEmpty { text += "\nexamples:\n" }
    for example in command.examples { text += "  \(example)\n" }
    return String(text.dropLast())
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
