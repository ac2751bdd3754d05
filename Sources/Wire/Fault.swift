package import Core

/// One fault: a chunk in, what goes onto the wire out.
///
/// To add one, put a file into `Faults/` (settings and one method) and a line into `Faults.all`.
/// `FaultPipeline` cuts what flows so that no chunk reaches beyond the fault's position, calls
/// `receive` for each, and carries out what it answers before anything behind it moves. A fault
/// owns its state; what it draws comes from the generator handed in, never from another.
package protocol Fault: Sendable {
  /// The word it is written with, `FaultKind.name`.
  static var name: String { get }
  /// One line for `list faults`.
  static var about: String { get }

  /// Nil when the rule is about another fault.
  init?(_ rule: FaultRule)

  var position: Position { get }

  /// Appends what is to happen, in order. A chunk that is not sent is dropped.
  mutating func receive(
    _ chunk: FaultChunk, _ random: inout SplitMix64, _ actions: inout [FaultAction])
}

/// A piece of one answer on its way to the client, or the place between two pieces where a fault's
/// position lies.
package struct FaultChunk: Hashable, Sendable {
  /// Empty when the chunk says only that the position has come.
  package var bytes: ArraySlice<UInt8>
  /// How many events with data have their last byte in it.
  package var events: Int
  /// When it came: delays count from here, so that they do not add up along a stream.
  package var at: Instant
  /// Once in each answer: everything up to the fault's position has passed, nothing behind it.
  package var isPosition: Bool

  package init(bytes: ArraySlice<UInt8>, events: Int, at: Instant, isPosition: Bool = false) {
    self.bytes = bytes
    self.events = events
    self.at = at
    self.isPosition = isPosition
  }
}

/// What a fault may do to the wire.
package enum FaultAction: Hashable, Sendable {
  case send(FaultChunk)
  /// Nothing behind this passes before the instant.
  case wait(until: Instant)
  /// Nothing passes any more.
  case stall
  /// FIN to both peers.
  case close
  /// RST to both peers, once what was sent has been delivered.
  case reset
}
