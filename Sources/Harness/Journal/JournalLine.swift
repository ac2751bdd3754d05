import Core
import Foundation

/// One line of a journal, which has one of these: the run began, a scenario began, or an exchange has
/// finished, raw as the client saw it.
struct JournalLine: Codable {
  var run: Run?
  var trial: Trial?
  var exchange: Finished?

  static let format = "exchanges/1"

  /// The first line.
  struct Run: Codable {
    var relaymark = JournalLine.format
    var tool: RunRecord.Tool
    var startedAt: String
    var seed: UInt64
    var machine: RunRecord.Machine
    var shard: Shard?
    /// When its first scenario was to begin, if that was fixed.
    var intendedStart: String?
  }

  /// One scenario on one target begins.
  struct Trial: Codable {
    /// Without figures yet.
    var target: TargetRecord
    /// Whether its requests asked for streams.
    var stream: Bool
  }

  /// Instants are nanoseconds of CLOCK_MONOTONIC. `JournalWriter` writes it.
  struct Finished: Codable {
    var ordinal: Int
    var nonce: Nonce
    var warmup: Bool
    var intended: Instant
    var started: Instant
    var sent: Instant?
    var ended: Instant
    var left: Instant?
    var connectTime: Nanoseconds
    var tlsTime: Nanoseconds
    var reused: Bool
    var status: Int
    var httpVersion: String
    var headAt: Instant?
    var headers: [HeaderField]
    /// Nil if the framing was complete.
    var failure: EndCondition?
    var detail: String
    /// Of each read: nanoseconds since `started`, bytes, the loop's wake-up.
    var reads: [[Int64]]
    var body: Data

    /// Nil if its reads and its body do not belong together.
    var exchange: Exchange? {
      var result = Exchange(
        ordinal: ordinal, nonce: nonce, warmup: warmup, intended: intended, started: started)
      (result.sent, result.ended, result.left, result.headAt) = (sent, ended, left, headAt)
      (result.connectTime, result.tlsTime, result.reused) = (connectTime, tlsTime, reused)
      (result.status, result.httpVersion, result.headers) = (status, httpVersion, headers)
      result.transport = failure.map { .failed($0) } ?? .complete
      result.detail = detail
      result.body = [UInt8](body)
      var offset = 0
      var last = started
      for read in reads {
        guard read.count == 3, read[1] >= 0, let wake = UInt32(exactly: read[2]) else { return nil }
        let instant = started + Nanoseconds(read[0])
        guard instant >= last, Int(read[1]) <= body.count - offset else { return nil }
        result.timeline.append(
          ReadMark(instant: instant, offset: offset, length: Int(read[1]), wake: wake))
        offset += Int(read[1])
        last = instant
      }
      return offset == body.count ? result : nil
    }
  }
}
