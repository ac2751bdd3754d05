import Core

/// How a fault ends a connection, where that is a setting.
enum ConnectionCut: String, Sendable, CaseIterable {
  case close, reset
  case halfClose = "half-close"

  var action: FaultAction {
    switch self {
    case .close: .close
    case .reset: .reset
    case .halfClose: .halfClose
    }
  }

  static func parameter(_ cuts: [ConnectionCut]) -> FaultParameter {
    FaultParameter(
      "cut", .choice(cuts.map(\.rawValue)), preset: .text(cuts[0].rawValue),
      "how the connection ends")
  }

  init(_ rule: FaultRule) {
    guard let cut = ConnectionCut(rawValue: rule.text("cut")) else {
      preconditionFailure("no way to cut a connection: \(rule.text("cut"))")
    }
    self = cut
  }
}
