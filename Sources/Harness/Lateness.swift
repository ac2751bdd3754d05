import Core
import Judging
import Stats

/// How late the harness itself was, over a whole run: it bounds what the figures can mean.
///
/// Answers that had to wait for a peer who read too slowly say nothing of the harness and are left
/// out.
struct Lateness: Sendable {
  private var send = Measures.series
  private var write = Measures.series
  private var notSent = 0

  mutating func add(_ exchanges: [Exchange], _ provider: [ProviderExchange]) {
    for exchange in exchanges where !exchange.warmup {
      if exchange.transport == .failed(.notSent) { notSent += 1 }
      send.add(Double((exchange.started - exchange.intended).count))
    }
    for exchange in provider where exchange.nonce != nil && !exchange.blocked {
      for mark in exchange.writes { write.add(Double((mark.instant - mark.due).count)) }
    }
  }

  static func += (left: inout Lateness, right: Lateness) {
    left.send += right.send
    left.write += right.write
    left.notSent += right.notSent
  }

  /// The machine is unfit when one in a hundred sends or writes came more than this late.
  static let tolerance = Nanoseconds.milliseconds(1)

  func instrument(floor: [String: Measure]) -> RunRecord.Instrument {
    var measures: [String: Measure] = [:]
    var remarks: [String] = []
    for (name, samples, what) in [
      ("send", send, "requests were sent"), ("write", write, "chunks were written"),
    ] {
      guard let measure = Measures.measure(samples, unit: "ns") else { continue }
      measures[name] = measure
      let p99 = Nanoseconds(Int64(measure.p99))
      if p99 > Self.tolerance {
        remarks.append(
          "1 % of \(what) more than \(p99) late (allowed: \(Self.tolerance)): "
            + "the processor was short; close other programs or use fewer streams")
      }
    }
    if notSent > 0 {
      remarks.append(
        "\(notSent) streams were due and could not be sent: too many were under way; raise the "
          + "descriptor limit (ulimit -n), lower the rate, or use another machine as well")
    }
    return RunRecord.Instrument(
      floor: floor, lateness: measures, fit: remarks.isEmpty, remarks: remarks)
  }
}
