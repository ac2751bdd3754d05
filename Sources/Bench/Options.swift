import Core
import Platform

/// `--name=value` arguments of a measurement.
struct Options {
  private var values: [String: [String]] = [:]

  init(_ arguments: some Sequence<String>) {
    for argument in arguments {
      guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else {
        Failure.die("expected --name=value, found \(argument)")
      }
      let name = String(argument[..<equals].dropFirst(2))
      values[name, default: []].append(String(argument[argument.index(after: equals)...]))
    }
  }

  func all(_ name: String) -> [String] { values[name] ?? [] }

  func text(_ name: String) -> String {
    guard let value = values[name]?.last else { Failure.die("--\(name)= is needed") }
    return value
  }

  func number(_ name: String, default preset: Int? = nil) -> Int {
    if values[name] == nil, let preset { return preset }
    guard let number = Int(text(name)), number >= 0 else { Failure.die("--\(name) is a number") }
    return number
  }

  func milliseconds(_ name: String, default preset: Int? = nil) -> Nanoseconds {
    .milliseconds(Int64(number(name, default: preset)))
  }

  func endpoint(_ name: String) -> Endpoint {
    guard let endpoint = Endpoint(text(name)) else { Failure.die("--\(name) is HOST:PORT") }
    return endpoint
  }
}
