import Core

/// The ideal timeline of a link of a certain rate: when the last of so many bytes is through.
///
/// It is kept in bytes since an anchor and computed exactly from there, so that neither rounding
/// nor a timer that rings late adds up. A link that was idle owes nothing for it, except for one
/// slice at once: a sender that is itself paced does not fall behind by being a little late.
struct Pace: Sendable {
  /// Bytes a second.
  private let rate: Int
  /// What may go at once.
  let slice: Int
  private let sliceTime: Nanoseconds
  private var anchor: Instant?
  private var passed = 0

  /// - Parameter sliceTime: the time that a slice takes, unless that is less than one byte.
  init(rate: Int, sliceTime: Nanoseconds) {
    self.rate = rate
    slice = max(1, rate / Int(Nanoseconds.seconds(1).count / sliceTime.count))
    self.sliceTime = Self.time(slice, rate)
  }

  /// When all bytes so far are through; nil before the first.
  var free: Instant? { anchor.map { $0 + Self.time(passed, rate) } }

  /// Puts bytes that came at `instant` behind all others: when the last of them is through.
  mutating func take(_ bytes: Int, at instant: Instant) -> Instant {
    let earliest = Instant(nanoseconds: instant.nanoseconds - sliceTime.count)
    if let free, free >= earliest {
      passed += bytes
    } else {
      anchor = earliest
      passed = bytes
    }
    return free ?? instant
  }

  private static func time(_ bytes: Int, _ rate: Int) -> Nanoseconds {
    Nanoseconds(Int64(Int128(bytes) * 1_000_000_000 / Int128(rate)))
  }
}
