package import Core

/// Whoever wants to see what passes through a proxy; called on its loop's thread, must not block.
package protocol ProxyObserver: AnyObject {
  func opened(_ connection: Int, client: String, at: Instant)
  /// Each read, as it came from its sender, before any fault.
  func received(
    _ connection: Int, _ direction: FaultDirection, _ bytes: UnsafeRawBufferPointer, at: Instant)
  /// How a direction ended, as its sender ended it, or that the proxy cut it.
  func ended(_ connection: Int, _ direction: FaultDirection, how: StreamEnding, at: Instant)
  func closed(_ connection: Int, at: Instant)
  func struck(_ record: FaultRecord)
}
