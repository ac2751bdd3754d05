extension FaultRule {
  /// Puts a rule together from settings that come apart, each in the words of a literal.
  ///
  /// What is read, checked and preset is what `init(literal:)` reads, so that no interface has
  /// settings of its own.
  /// - Parameters:
  ///   - settings: by name; a text stands as it is, without quotes.
  ///   - place: what a literal says behind `at`: a position, a request or both.
  package init(
    _ spec: FaultSpec, leg: Leg, direction: FaultDirection, settings: [String: String],
    place: String? = nil, scope: FaultScope = .message
  ) throws(LiteralError) {
    self.init(
      leg: leg, name: spec.name, effect: spec.effect, direction: direction, scope: scope,
      text: spec.name)
    guard spec.directions.contains(direction) else {
      let what = "\(quoted(spec.name)) is no fault of the \(direction.rawValue) direction"
      throw LiteralError(offset: 0, message: what)
    }
    let names = spec.parameters.map(\.name)
    if let odd = settings.keys.sorted().first(where: { !names.contains($0) }) {
      let hint = Suggestion.phrase(for: odd, in: names)
      let known = names.isEmpty ? "; it has none" : "; it has \(names.joined(separator: ", "))"
      throw LiteralError(
        offset: 0,
        message: "\(quoted(spec.name)) has no setting \(quoted(odd))"
          + (hint.isEmpty ? known : hint))
    }
    for parameter in spec.parameters {
      guard let written = settings[parameter.name] else { continue }
      text += " \(parameter.name)=\(parameter.kind == .text ? "\"\(written)\"" : written)"
      values[parameter.name] = try FaultRule.value(written, of: parameter)
    }
    text += " \(direction.rawValue)"
    try LiteralScanner.whole(Array((place ?? "").unicodeScalars)) {
      (scanner) throws(LiteralError) in
      if place != nil { try scanner.places(of: &self, spec) }
      try scanner.complete(&self, spec)
    }
    if let place { text += " at \(place)" }
  }

  private static func value(_ text: String, of parameter: FaultParameter) throws(LiteralError)
    -> FaultValue
  {
    if parameter.kind == .text { return .text(text) }
    return try LiteralScanner.whole(Array(text.unicodeScalars)) {
      (scanner) throws(LiteralError) in try scanner.value(of: parameter)
    }
  }
}
