/// What can be asked of one kind of fault: its settings, and where it may stand.
///
/// The literals of scenarios and of the command line, the control interface and `list faults` all
/// read this one description, which stands in the file of the fault.
package struct FaultSpec: Hashable, Sendable {
  package var name: String
  /// One line for `list faults`.
  package var about: String
  package var effect: FaultEffect
  package var placement: FaultPlacement
  package var directions: [FaultDirection]
  /// What a rule of it lives as long as, unless the control interface says otherwise.
  package var scope: FaultScope
  package var parameters: [FaultParameter]
  /// Whether messages must be taken apart for it, into head, payload and end, and framed anew.
  package var takesApart: Bool
  /// A rule that works as it stands.
  package var example: String

  /// - Parameters:
  ///   - directions: the first is meant where none is written.
  ///   - takesApart: as every fault that edits, if nothing is said.
  package init(
    _ name: String, _ about: String, effect: FaultEffect, placement: FaultPlacement,
    directions: [FaultDirection] = [.downstream, .upstream], scope: FaultScope = .message,
    parameters: [FaultParameter] = [], takesApart: Bool? = nil, example: String
  ) {
    self.name = name
    self.about = about
    self.effect = effect
    self.placement = placement
    self.directions = directions
    self.scope = scope
    self.parameters = parameters
    self.takesApart = takesApart ?? (effect == .edits)
    self.example = example
  }
}

/// What a position means to a fault.
package enum FaultPlacement: Hashable, Sendable {
  /// It happens at one place, which must be said.
  case point
  /// It happens at one place; before the first byte if none is said.
  case pointOrStart
  /// It goes on from a place to the end of the message; from the start if none is said.
  case span
  /// It takes hold of whole events: `event(N)` is the N-th itself, not the place behind it. The
  /// first event if none is said.
  case events
  /// It is about the message or connection as a whole, and takes no position.
  case whole
}

/// One setting of a kind of fault.
package struct FaultParameter: Hashable, Sendable {
  package enum Kind: Hashable, Sendable {
    case duration
    case distribution
    case number(ClosedRange<Int>)
    /// Bytes a second: `50KB/s` (1 KB is 1000 bytes), `1.5MB/s`, `800B/s`.
    case rate
    /// Bytes: `64`, `10KB`.
    case size(ClosedRange<Int>)
    /// 0 to 1.
    case share
    case text
    case choice([String])
  }

  package var name: String
  package var kind: Kind
  /// Nil if it must be given.
  package var preset: FaultValue?
  package var about: String

  /// The settings that have no name before them in a literal are taken in the order of the list.
  package init(_ name: String, _ kind: Kind, preset: FaultValue? = nil, _ about: String) {
    self.name = name
    self.kind = kind
    self.preset = preset
    self.about = about
  }
}
