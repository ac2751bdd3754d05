package import Core

/// Every fault there is, sorted by name.
package enum Faults {
  package static let all: [any Fault.Type] = [
    BomFault.self,
    ChunkSizeGarbageFault.self,
    CloseFault.self,
    CoalesceFault.self,
    ConflictingFramingFault.self,
    ContentTypeFault.self,
    CorruptFault.self,
    DoubleTerminatorFault.self,
    DropEventFault.self,
    DuplicateFault.self,
    EndlessHeadersFault.self,
    ErrorEventFault.self,
    FakeOKFault.self,
    FirstByteDelayFault.self,
    GzipFault.self,
    InformationalFault.self,
    InjectFault.self,
    LineEndsFault.self,
    MissingLastChunkFault.self,
    MissingTerminatorFault.self,
    MissingUsageFault.self,
    MultiLineDataFault.self,
    NoSpaceFault.self,
    PauseFault.self,
    ReorderEventsFault.self,
    ResetFault.self,
    SliceFault.self,
    SplitUtf8Fault.self,
    StallFault.self,
    StatusFault.self,
    TruncateFault.self,
    WrongContentLengthFault.self,
  ]

  /// What the readers of literals need to know.
  package static let specs = all.map { $0.spec }

  package static func type(named name: String) -> (any Fault.Type)? {
    all.first { $0.spec.name == name }
  }

  /// The fault a rule asks for.
  package static func fault(for rule: FaultRule) -> any Fault {
    guard let type = type(named: rule.name) else {
      preconditionFailure("no fault is registered for \(rule.name)")
    }
    return type.init(rule)
  }
}

extension FaultRule {
  /// Reads one rule of the faults that there are, and has its fault look over the settings.
  package init(_ literal: String, leg: Leg = .b) throws(LiteralError) {
    try self.init(literal: literal, leg: leg, specs: Faults.specs)
    if let problem = Faults.type(named: name)?.problem(in: self) {
      throw LiteralError(offset: 0, message: problem)
    }
  }
}
