/// What the client sends, and how long it waits.
package struct Traffic: Hashable, Sendable {
  package var dialect: String
  package var model: String
  package var prompt: PromptPlan
  /// How many tokens each answer is asked to have; nil leaves it to who answers.
  package var output: LengthSource?
  /// How many streams are measured; warm-up streams come on top and are left out of every figure.
  package var streams: Int
  /// Streams at a time in a closed loop.
  package var concurrency: Int
  package var warmup: Int
  package var arrivals: Arrivals
  /// How long a slot of a closed loop rests between two streams.
  package var think: Distribution
  /// Nothing starts after so long.
  package var duration: Nanoseconds?
  /// What ends it before its time, judged on what has finished.
  package var stop: [StopRule] = []
  package var seed: UInt64?
  /// What is measured with it.
  package var purpose = Purpose.delay
  /// How many of the first exchanges are sent once more without the relay; nil leaves it to the run.
  package var twins: Int?
  /// Which of several machines this is; everything else here is what they do together. Nil if it is
  /// the only one.
  package var shard: Shard?
  /// Whether the request asks for a stream at all.
  package var stream: Bool
  /// Whether the request asks for usage (`stream_options.include_usage`).
  package var usage: Bool
  /// Members of the request's JSON besides those of the dialect, as they are written: `"n":3`.
  package var members = ""
  /// Fields of the request's head besides those of the dialect.
  package var fields: [HeaderField] = []
  /// What is unlike that in every second, third … request, in turn; the first has none of it.
  package var others: [Extras] = []
  /// Messages before the first, as items of a JSON array are written.
  package var history = ""
  /// The key that is sent to a target that needs none.
  package var spareKey: String?
  /// Whether all requests say the same, the nonce included.
  package var repeatsFirst = false
  /// Where the client hangs up, if it does.
  package var leave: Position?
  /// A longer body ends the exchange.
  package var mostBody = Limits.bodyBytes
  /// Whether the client reads no more behind its first read, and holds the connection open.
  package var stopsReading = false
  package var connections: ConnectionPolicy
  package var http: HTTPVersion
  package var timeouts: Timeouts

  package init(
    dialect: String = "openai-chat", model: String = "relaymark-scripted",
    prompt: PromptPlan = "Count upwards.", streams: Int = 10, concurrency: Int = 1, warmup: Int = 0,
    arrivals: Arrivals = .closed, think: Distribution = .zero, duration: Nanoseconds? = nil,
    seed: UInt64? = nil, stream: Bool = true, usage: Bool = true, leave: Position? = nil,
    connections: ConnectionPolicy = .reuse, http: HTTPVersion = .automatic,
    timeouts: Timeouts = Timeouts()
  ) {
    self.dialect = dialect
    self.model = model
    self.prompt = prompt
    self.streams = streams
    self.concurrency = concurrency
    self.warmup = warmup
    self.arrivals = arrivals
    self.think = think
    self.duration = duration
    self.seed = seed
    self.stream = stream
    self.usage = usage
    self.leave = leave
    self.connections = connections
    self.http = http
    self.timeouts = timeouts
  }

  /// What one request has besides those of the dialect.
  package struct Extras: Hashable, Sendable {
    /// As `Traffic.members`.
    package var members: String
    /// Instead of the target's.
    package var key: String?

    package init(members: String = "", key: String? = nil) {
      self.members = members
      self.key = key
    }
  }

  package func extras(of ordinal: Int) -> Extras {
    let number = ordinal % (others.count + 1)
    return number == 0 ? Extras(members: members) : others[number - 1]
  }

  /// The nonce of an exchange.
  package func nonce(of ordinal: Int, seed: UInt64) -> Nonce {
    Nonce(seed: seed, ordinal: repeatsFirst ? 0 : ordinal)
  }

  /// Whether it is over after a time, however many streams there are until then.
  package var endsByTime: Bool {
    if duration != nil { return true }
    switch arrivals {
    case .closed: return false
    case .open(_, let profile): return profile.duration != nil
    case .trace: return true
    }
  }

  /// Streams at a time, on all machines together.
  package var slots: Int {
    let turns = prompt.turns.count
    return min(concurrency, (streams + warmup + turns - 1) / turns)
  }

  /// Which exchanges are sent here.
  package var share: PlanShare {
    PlanShare(shard, slots: arrivals == .closed ? slots : nil, turns: prompt.turns.count)
  }

  /// Streams at a time on this machine.
  package var ownConcurrency: Int { share.slots(below: concurrency) }

  package var ownWarmup: Int { share.count(below: warmup) }

  /// How many measured streams are to be expected here: fewer than there may be where time ends it
  /// before.
  package var planned: Int { share.count(in: warmup..<(warmup + plannedTogether)) }

  private var plannedTogether: Int {
    let whole: Double
    switch arrivals {
    case .closed: return streams
    case .open(_, let profile): whole = profile.expected(by: duration ?? profile.duration)
    case .trace(let played): whole = Double(played.count(before: duration))
    }
    return min(streams, max(0, Int(min(whole, 1e9).rounded()) - warmup))
  }

  /// Asking for a cost may make a relay take another path, on which it is slower: exchanges that are
  /// sent for their cost say nothing of its delays.
  package enum Purpose: String, Hashable, Sendable, CaseIterable {
    case delay, cost
  }

  package enum ConnectionPolicy: String, Hashable, Sendable, CaseIterable {
    case reuse, fresh
  }

  /// `automatic` is HTTP/1.1 in the clear and what ALPN agrees on over TLS.
  package enum HTTPVersion: String, Hashable, Sendable, CaseIterable {
    case automatic = "auto"
    case http1 = "1.1"
    case http2 = "2"
  }
}

/// How long the client waits in each phase before it gives up.
package struct Timeouts: Hashable, Sendable {
  package var connect: Nanoseconds
  package var tls: Nanoseconds
  package var firstByte: Nanoseconds
  package var idle: Nanoseconds
  /// From the request to the end of the answer: a server that trickles never runs into the others.
  package var total: Nanoseconds

  package init(
    connect: Nanoseconds = .seconds(5), tls: Nanoseconds = .seconds(5),
    firstByte: Nanoseconds = .seconds(30), idle: Nanoseconds = .seconds(30),
    total: Nanoseconds = .seconds(600)
  ) {
    self.connect = connect
    self.tls = tls
    self.firstByte = firstByte
    self.idle = idle
    self.total = total
  }
}
