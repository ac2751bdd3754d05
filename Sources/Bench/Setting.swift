import Core
import Platform

/// What every measurement is told: whom to measure, through which address, for how long.
struct Setting {
  let measure: String
  let subject: String
  let round: Int
  let through: Endpoint
  let origin: Endpoint
  let connections: Int
  let duration: Nanoseconds
  let facts: ProcessFacts
  let options: Options

  init(_ measure: String, _ options: Options) {
    self.options = options
    subject = options.text("subject")
    round = options.number("round", default: 1)
    through = options.endpoint("through")
    origin = options.endpoint("origin")
    connections = options.number("connections", default: 1)
    self.measure = options.all("as").last ?? measure
    duration = options.milliseconds("milliseconds", default: 2_000)
    facts = ProcessFacts(session: options.all("session").last.flatMap { Int32($0) })
  }

  /// Runs the loop until somebody stops it; what takes much longer than planned has failed.
  func run(_ loop: EventLoop) {
    let limit = loop.clock.now() + duration + .seconds(30)
    Alarm.set(loop, at: limit) { _ in
      Failure.die("\(measure) through \(subject): not done in time")
    }
    loop.run()
  }
}

/// One line of the results.
struct Outcome: Codable {
  var measure: String
  var subject: String
  var round: Int
  var values: [String: Double]
}
