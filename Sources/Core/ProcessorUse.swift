/// What processor time there was, over a stretch of time: tells why a harness was late.
package struct ProcessorUse: Hashable, Sendable {
  package var elapsed: Nanoseconds
  package var cores: Int
  /// Used by this process, all threads together.
  package var own: Nanoseconds
  /// What threads of this process waited for a core while they could have run, all together; nil
  /// where the kernel does not tell (`/proc/PID/task/TID/schedstat`).
  package var waited: Nanoseconds?
  /// Used by whatever ran here, this process included; nil where `/proc/stat` does not tell.
  package var busy: Nanoseconds?
  /// Taken by the host of a virtual machine.
  package var stolen: Nanoseconds

  package init(
    elapsed: Nanoseconds, cores: Int, own: Nanoseconds, waited: Nanoseconds?, busy: Nanoseconds?,
    stolen: Nanoseconds
  ) {
    self.elapsed = elapsed
    self.cores = cores
    self.own = own
    self.waited = waited
    self.busy = busy
    self.stolen = stolen
  }

  package static let none = ProcessorUse(
    elapsed: .zero, cores: 0, own: .zero, waited: nil, busy: nil, stolen: .zero)

  /// Two stretches of one process together; what one of them does not know is not known.
  package static func + (left: ProcessorUse, right: ProcessorUse) -> ProcessorUse {
    if left.elapsed == .zero { return right }
    if right.elapsed == .zero { return left }
    return ProcessorUse(
      elapsed: left.elapsed + right.elapsed, cores: max(left.cores, right.cores),
      own: left.own + right.own, waited: sum(left.waited, right.waited),
      busy: sum(left.busy, right.busy), stolen: left.stolen + right.stolen)
  }

  private static func sum(_ left: Nanoseconds?, _ right: Nanoseconds?) -> Nanoseconds? {
    guard let left, let right else { return nil }
    return left + right
  }
}
