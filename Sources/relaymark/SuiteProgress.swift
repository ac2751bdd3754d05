import Harness
import Judging

/// Progress of a conformance run on stderr.
final class SuiteProgress: SuiteObserver {
  private let quiet: Bool
  private let live: Bool
  private var played = 0

  init(quiet: Bool) {
    self.quiet = quiet
    live = Terminal.noteTakesLines
  }

  func suitePlayed(_ play: SuitePlay, left: Int) {
    played += 1
    if !quiet, live {
      Terminal.raw("\r\u{1B}[K\(played) played, \(left) left: \(play.stimulus.name)")
    }
  }

  func ends() {
    if !quiet, live, played > 0 { Terminal.raw("\r\u{1B}[K") }
  }
}
