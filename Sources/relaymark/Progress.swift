import Core
import Harness

/// Progress on stderr: one line that is rewritten on a terminal, plain lines every few seconds
/// otherwise.
final class Progress: CampaignObserver {
  private let quiet: Bool
  private let live: Bool
  private var title = ""
  private var total = 0
  private var ended = 0
  private var errors = 0
  private var started = Instant(nanoseconds: 0)
  private var lastShown = Instant(nanoseconds: 0)
  private let clock: any TimeSource

  init(quiet: Bool, clock: any TimeSource) {
    self.quiet = quiet
    self.clock = clock
    live = Terminal.noteTakesLines
  }

  func trialStarts(_ title: String, exchanges: Int) {
    self.title = title
    total = exchanges
    ended = 0
    errors = 0
    started = clock.now()
    lastShown = started
    if !quiet, live { show("starting") }
  }

  func campaignWaits(for start: WallTime) {
    if !quiet { Terminal.note("waiting for the start at \(start)") }
  }

  func trialProgress(_ exchange: Exchange) {
    ended += 1
    switch exchange.transport {
    case .complete where exchange.status < 400, .failed(.cancelled), .failed(.interrupted): break
    default: errors += 1
    }
    let now = clock.now()
    let interval: Nanoseconds = live ? .milliseconds(200) : .seconds(5)
    guard !quiet, now - lastShown >= interval else { return }
    lastShown = now
    show(figures(now))
  }

  func trialSettles(_ title: String) {
    if !quiet, live { show("\(ended) of \(total) streams; waiting for the provider's side") }
  }

  func trialEnds(_ title: String) {
    guard !quiet else { return }
    let took = clock.now() - started
    let failed = errors > 0 ? ", \(errors) ended badly" : ""
    show("\(ended) of \(total) streams in \(took)\(failed)")
    if live { Terminal.raw("\n") }
  }

  private func figures(_ now: Instant) -> String {
    let elapsed = (now - started).seconds
    let rate = Double(ended) / max(elapsed, 0.001)
    let left = Nanoseconds(Int64(Double(total - ended) / max(rate, 0.001) * 1e9))
    let tenths = Int((rate * 10).rounded())
    return "\(ended) of \(total) streams, \(tenths / 10).\(tenths % 10)/s"
      + (errors > 0 ? ", \(errors) ended badly" : "") + ", about \(left) left"
  }

  private func show(_ text: String) {
    if live {
      Terminal.raw("\r\u{1B}[K\(title): \(text)")
    } else {
      Terminal.note("\(title): \(text)")
    }
  }
}
