package import Core

// Providers repeat the key that they were sent in their errors, and so does a script that says so.

extension ErrorStep {
  /// Stands in a message for the key that came with the request.
  package static let receivedKey = "{received-key}"
}

extension HTTPRequest {
  /// The fields that carry a key, in lower case.
  package static let keyFields = ["authorization", "x-api-key", "api-key", "x-goog-api-key"]

  /// The key that it carries, without its scheme.
  package var key: String? {
    for name in Self.keyFields {
      guard let value = header(name) else { continue }
      return value.split(separator: " ").last.map(String.init)
    }
    return nil
  }
}

extension ProviderScript {
  /// Whether one of its errors repeats the key of the request.
  package var namesKey: Bool {
    steps.contains { step in
      switch step {
      case .error(let error), .errorEvent(let error): error.message.contains(ErrorStep.receivedKey)
      default: false
      }
    }
  }

  /// The same with this key in its errors.
  func naming(_ key: String?) -> ProviderScript {
    guard namesKey else { return self }
    var script = self
    script.steps = steps.map { step in
      switch step {
      case .error(let error): .error(error.naming(key))
      case .errorEvent(let error): .errorEvent(error.naming(key))
      default: step
      }
    }
    return script
  }
}

extension ErrorStep {
  fileprivate func naming(_ key: String?) -> ErrorStep {
    var error = self
    var bytes = Array(message.utf8)
    bytes.replace(Array(Self.receivedKey.utf8), with: Array((key ?? "none").utf8))
    error.message = String(decoding: bytes, as: UTF8.self)
    return error
  }
}
