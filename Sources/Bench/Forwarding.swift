import Core
import Platform
import Stats

/// Events at a fixed interval on every connection, each with the instant of its write inside: how
/// late each is read at the other end, and what processor time it costs the proxy.
///
/// Both ends are on one thread and one clock. Connections take turns within the interval.
final class Forwarding {
  private let setting: Setting
  private let loop: EventLoop
  private let interval: Nanoseconds
  private var delays: [Double] = []
  private var isRecording = false
  private var epoch: Instant
  private var turns = 0

  init(_ setting: Setting, interval: Nanoseconds) throws(SystemError) {
    self.setting = setting
    self.interval = interval
    loop = try EventLoop()
    epoch = loop.clock.now() + .milliseconds(100)
    delays.reserveCapacity(1 << 20)
  }

  /// Microseconds, sorted, and processor time per event in microseconds.
  func run() throws(SystemError) -> (delays: [Double], processor: Double) {
    let origin = try Origin(loop, at: setting.origin) {
      [unowned self] descriptor throws(SystemError) in
      try EventSender(self, accepted: descriptor)
    }
    let address = try Socket.address(of: setting.through)
    for _ in 0..<setting.connections { _ = try EventReader(self, to: address) }
    var before = 0.0
    var after = 0.0
    let begin = loop.clock.now() + .milliseconds(500)
    Alarm.set(loop, at: begin) { [unowned self] _ in
      guard origin.accepted >= setting.connections else {
        Failure.die("only \(origin.accepted) of \(setting.connections) connections came through")
      }
      before = setting.facts.processorTime()
      isRecording = true
    }
    Alarm.set(loop, at: begin + setting.duration) { [unowned self] _ in
      after = setting.facts.processorTime()
      loop.stop()
    }
    setting.run(loop)
    let expected = setting.duration.seconds / interval.seconds * Double(setting.connections)
    guard Double(delays.count) > expected / 2 else {
      Failure.die("\(setting.subject): only \(delays.count) of about \(Int(expected)) events came")
    }
    return (delays.sorted(), (after - before) / Double(delays.count) / 1e3)
  }

  /// The first instant at which the next connection sends.
  fileprivate func nextTurn() -> Instant {
    turns += 1
    return epoch + Nanoseconds(interval.count * Int64(turns) / Int64(setting.connections))
  }

  fileprivate func arrived(_ sent: Instant, _ now: Instant) {
    if isRecording { delays.append(Double((now - sent).count) / 1e3) }
  }

  private final class EventSender: Link, TimerTarget {
    private unowned let forwarding: Forwarding
    private var event = Message.event
    private let place: Int
    private var due: Instant?

    init(_ forwarding: Forwarding, accepted: Int32) throws(SystemError) {
      self.forwarding = forwarding
      place = (Message.event.firstIndex(of: Stamp.mark) ?? 0) + 1
      try super.init(forwarding.loop, accepted: accepted)
    }

    override func readable(at now: Instant) {
      guard receive() != nil, due == nil else { return }
      send(Message.eventsHead)
      var first = forwarding.nextTurn()
      while first < now { first = first + forwarding.interval }
      due = first
      _ = loop.schedule(self, at: first)
    }

    func timerFired(_ id: UInt64, now: Instant) {
      guard descriptor >= 0, let due else { return }
      Stamp.write(loop.clock.now(), into: &event, at: place)
      send(event)
      let next = due + forwarding.interval
      self.due = next
      _ = loop.schedule(self, at: next)
    }
  }

  private final class EventReader: Link {
    private unowned let forwarding: Forwarding
    private var stamps = StampReader()

    init(_ forwarding: Forwarding, to address: Socket.Address) throws(SystemError) {
      self.forwarding = forwarding
      try super.init(forwarding.loop, to: address)
    }

    override func connected() { send(Message.request) }

    override func readable(at now: Instant) {
      guard let bytes = receive() else { return }
      stamps.read(bytes) { forwarding.arrived($0, now) }
    }

    override func failed(_ code: Int32) {
      Failure.die("a connection through \(forwarding.setting.subject) broke (\(code))")
    }
  }
}

extension Setting {
  func forward() throws(SystemError) -> [String: Double] {
    let (delays, processor) = try Forwarding(
      self, interval: options.milliseconds("interval", default: 5)
    ).run()
    return [
      "p50": Quantile.nearestRank(delays, 0.5), "p99": Quantile.nearestRank(delays, 0.99),
      "cpu": processor, "events": Double(delays.count),
    ]
  }

  /// How far the delay of each event is from the one that was asked for, in milliseconds.
  func delay() throws(SystemError) -> [String: Double] {
    let planned = Double(options.milliseconds("planned", default: 100).count) / 1e3
    let (delays, _) = try Forwarding(
      self, interval: options.milliseconds("interval", default: 20)
    ).run()
    let errors = delays.map { abs($0 - planned) / 1e3 }.sorted()
    return [
      "error.p50": Quantile.nearestRank(errors, 0.5),
      "error.p99": Quantile.nearestRank(errors, 0.99), "events": Double(delays.count),
    ]
  }
}
