package import Core

/// Every fault there is, sorted by name.
package enum Faults {
  package static let all: [any Fault.Type] = [
    CloseFault.self,
    FirstByteDelayFault.self,
    PauseFault.self,
    ResetFault.self,
    StallFault.self,
  ]

  /// The fault a rule asks for.
  package static func fault(for rule: FaultRule) -> any Fault {
    for type in all {
      if let fault = type.init(rule) { return fault }
    }
    preconditionFailure("no fault is registered for \(rule.kind.name)")
  }
}
