package import Core

/// What stands behind the runner has seen since it was asked last.
package struct FarSeen: Sendable {
  package var exchanges: [ProviderExchange] = []
  package var faults: [FaultRecord] = []
  /// Of whom more is to come.
  package var open: Set<Nonce> = []
  /// What to tell of rules that never struck.
  package var warnings: [String] = []

  package init() {}
}
