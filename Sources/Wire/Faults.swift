package import Core

/// Every fault there is, sorted by name.
package enum Faults {
  package static let all: [any Fault.Type] = [
    AcceptAndIgnoreFault.self,
    BandwidthFault.self,
    BomFault.self,
    BurstFault.self,
    ChunkSizeGarbageFault.self,
    CloseFault.self,
    CoalesceFault.self,
    ConflictingFramingFault.self,
    ContentTypeFault.self,
    CorruptFault.self,
    DoubleTerminatorFault.self,
    DownFault.self,
    DropEventFault.self,
    DuplicateFault.self,
    EndlessHeadersFault.self,
    ErrorEventFault.self,
    FakeOKFault.self,
    FirstByteDelayFault.self,
    GzipFault.self,
    HalfCloseFault.self,
    HeaderFault.self,
    HopByHopFault.self,
    InformationalFault.self,
    InjectFault.self,
    LatencyFault.self,
    LimitDataFault.self,
    LineEndsFault.self,
    MissingLastChunkFault.self,
    MissingTerminatorFault.self,
    MissingUsageFault.self,
    MultiLineDataFault.self,
    NoSpaceFault.self,
    PauseFault.self,
    RefuseFault.self,
    ReorderEventsFault.self,
    ReplaceFault.self,
    ResetFault.self,
    SliceFault.self,
    SlowCloseFault.self,
    SlowReadFault.self,
    SplitUtf8Fault.self,
    StallFault.self,
    StatusFault.self,
    TimeoutFault.self,
    TrickleFault.self,
    TruncateFault.self,
    WholeBodyFault.self,
    WrongContentLengthFault.self,
  ]

  /// What the readers of literals need to know.
  package static let specs = all.map { $0.spec }

  package static func type(named name: String) -> (any Fault.Type)? {
    all.first { $0.spec.name == name }
  }

  /// What is wrong with the settings of a rule, however it came to be, or nil.
  package static func problem(in rule: FaultRule) -> String? {
    guard let type = type(named: rule.name) else { return "unknown fault `\(rule.name)`" }
    return type.spec.problem(in: rule) ?? type.problem(in: rule)
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
  /// Whether it can strike only where HTTP messages are read, because it waits for a place in one or
  /// takes it apart.
  package var needsHTTP: Bool {
    guard requests == nil, let spec = Faults.type(named: name)?.spec, !spec.takesApart else {
      return true
    }
    switch position {
    case nil, .byte, .time, .beforeHeaders: return spec.placement == .events
    default: return true
    }
  }

  /// Reads one rule of the faults that there are, and has its fault look over the settings.
  package init(
    _ literal: String, leg: Leg = .b, files: SampleFiles? = nil
  ) throws(LiteralError) {
    try self.init(literal: literal, leg: leg, specs: Faults.specs, files: files)
    if let problem = Faults.problem(in: self) { throw LiteralError(offset: 0, message: problem) }
  }
}
