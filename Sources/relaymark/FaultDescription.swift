import Core
import Wire

/// What `relaymark list faults FAULT` prints: everything that can be asked of one fault.
enum FaultDescription {
  static func print(_ name: String) throws(CommandError) {
    guard let spec = Faults.all.first(where: { $0.spec.name == name })?.spec else {
      let near = Suggestion.nearest(to: name, in: Faults.all.map { $0.spec.name })
        .map { "; did you mean \($0)?" }
      throw .usage("unknown fault \(name)\(near ?? "") (relaymark list faults)")
    }
    Terminal.out("\(spec.name) \(spec.about)")
    Terminal.out("")
    var rows = spec.parameters.map { (label($0), $0.about + preset($0)) }
    // About the proxy as a whole, it has no message to be in.
    if spec.name != DownFault.spec.name {
      rows.append(("at PLACE", place(spec.placement)))
      rows.append(("p=SHARE", "with which probability, 0 to 1 (default: 1)"))
      rows.append((spec.directions.map(\.rawValue).joined(separator: "|"), direction(spec)))
    }
    let width = rows.map(\.0.count).max() ?? 0
    for (label, about) in rows {
      Terminal.out("  " + label + String(repeating: " ", count: width - label.count + 2) + about)
    }
    Terminal.out("")
    let quote = spec.example.contains("'") ? "\"" : "'"
    Terminal.out("  for example: --fault=\(quote)\(spec.example)\(quote)")
    Terminal.out("  effect on the stream: \(spec.effect.rawValue)")
  }

  private static func label(_ parameter: FaultParameter) -> String {
    let value =
      switch parameter.kind {
      case .duration: "DURATION"
      case .distribution: "DURATION|DISTRIBUTION"
      case .number: "N"
      case .rate: "RATE"
      case .size: "BYTES"
      case .share: "SHARE"
      case .text: "\"TEXT\""
      case .choice(let words): words.joined(separator: "|")
      }
    return parameter.preset == nil
      ? "\(parameter.name)=\(value)" : "[\(parameter.name)=\(value)]"
  }

  private static func preset(_ parameter: FaultParameter) -> String {
    switch parameter.preset {
    case .duration(let time): " (default: \(time == .zero ? "0" : time.literal))"
    case .number(let number): " (default: \(number))"
    case .share(let share): " (default: \(share))"
    case .text(let text) where !text.isEmpty: " (default: \(text))"
    case .text, .distribution, nil: ""
    }
  }

  private static func place(_ placement: FaultPlacement) -> String {
    switch placement {
    case .point: "where it happens: must be said"
    case .pointOrStart: "where it happens (default: before the first byte)"
    case .span: "from where on (default: from the start of each message)"
    case .events: "which event it takes hold of (default: the first)"
    case .whole: "request(N) or request(N..M): only in these; it takes no position"
    }
  }

  private static func direction(_ spec: FaultSpec) -> String {
    spec.directions.count == 1
      ? "the only direction it has"
      : "which way the bytes flow (default: \(spec.directions[0].rawValue))"
  }
}
