/// Some checks of one group that belong together, in a file of their own.
///
/// Adding one is a file under `Chapters/` and a line in `Chapters.all`.
package protocol Chapter: Sendable {
  /// In the order of their ids.
  var checks: [ConformanceCheck] { get }
}

/// The registry of conformance checks.
package enum Chapters {
  package static let all: [any Chapter] = [
    BEDFrames(),
    CANHangUps(),
    CANSlowReaders(),
    CHATChunks(),
    CHATContent(),
    CHATFinish(),
    CHATShape(),
    CHATTools(),
    FLTCaches(),
    FLTCuts(),
    FLTEnds(),
    FLTErrors(),
    FLTFakes(),
    FLTRetries(),
    FLTSilence(),
    GEMStreams(),
    HDRErrors(),
    HDRFields(),
    HTTPConnections(),
    HTTPMessages(),
    MSGMeaning(),
    MSGShape(),
    NDJLines(),
    REQParameters(),
    REQSecrets(),
    REQWords(),
    RESMeaning(),
    RESShape(),
    SECKeys(),
    SECLeaks(),
    SSEFraming(),
    SSELines(),
    SSEUpstreams(),
    TIMFirstBytes(),
    TIMLongStreams(),
    TIMPace(),
    USECosts(),
    USEPlaces(),
    USEReports(),
  ]

  /// All checks, by group and number.
  package static let checks: [ConformanceCheck] = all.flatMap(\.checks).sorted { $0.id < $1.id }

  /// The checks that a word means: a group (`FLT`), an id (`FLT-004`) or a slug (`flt/clean-eof`), in
  /// any case; none if nothing is called so.
  package static func named(_ word: String) -> [ConformanceCheck] {
    let word = word.lowercased()
    return checks.filter {
      $0.group.lowercased() == word || $0.id.lowercased() == word || $0.slug == word
    }
  }

  /// All words by which checks can be meant.
  package static var words: [String] {
    var seen: Set<String> = []
    let groups = checks.map(\.group).filter { seen.insert($0).inserted }
    return groups + checks.flatMap { [$0.id, $0.slug] }
  }
}
