/// Every bound of the program, by name and in one place.
package enum Limits {
  // Scenario files.
  package static let scenarioBytes = 4 << 20
  package static let scenarioDepth = 64
  package static let scenarioErrors = 20
  package static let streams = 1_000_000
  package static let concurrency = 10_000
  /// Requests per second of an open loop.
  package static let rate = 1e5
  package static let scriptTokens = 1_000_000
  /// Rates of a sweep, without those between the last that held and the first that broke.
  package static let sweepSteps = 40
  /// Words, bytes or tokens that a drawn prompt or answer may have.
  package static let lengths = 1_000_000
  /// Turns of a conversation, and prompts in a file.
  package static let turns = 100
  package static let prompts = 1_000_000
  /// Answers of one script to the same request.
  package static let choices = 8
  /// The largest token count a usage step may claim.
  package static let usageTokens = 1_000_000_000
  /// Samples of an empirical distribution, and the file that lists them.
  package static let samples = 1_000_000
  package static let sampleFileBytes = 32 << 20
  /// A trace of requests.
  package static let traceBytes = 128 << 20
  /// The longest duration a literal may give; `Distribution` clips lognormal draws there too.
  package static let duration = Nanoseconds.seconds(3_600)

  // What the scripted provider and the proxy accept.
  package static let requestHeadBytes = 64 << 10
  package static let requestBodyBytes = 16 << 20
  package static let responseHeadBytes = 256 << 10
  package static let chunkLineBytes = 4 << 10
  /// What `concurrency` streams need with a relay and a proxy on either leg, in one process.
  package static let descriptors = 131_072
  /// Descriptors a run holds besides its connections: loops, listeners, files, standard streams.
  package static let spareDescriptors = 48
  package static let serverConnections = 16_384
  /// Idle connections kept to a server to which requests are sent on.
  package static let upstreamConnections = 256
  /// What a fault keeps for itself at most before it lets go of it.
  package static let faultKeptBytes = 1 << 20
  /// What one connection may hold for a reader that is slow before its script waits for it.
  package static let writeBacklogBytes = 4 << 20
  /// What one direction of the proxy may hold that the receiver's kernel has not taken: enough to
  /// fill its send buffer again, little enough for many slow receivers.
  package static let proxyBacklogBytes = 64 << 10
  /// How long before it is due the proxy prepares what it has held back, and then waits awake: code
  /// that has not run for milliseconds takes ten microseconds for what it does in one right after.
  package static let preparation = Nanoseconds.microseconds(20)
  /// What the fault `gzip flush=never` keeps before it lets something go after all.
  package static let unflushedBytes = 256 << 10

  // The control interface.
  package static let controlBodyBytes = 1 << 20
  package static let controlConnections = 256
  package static let controlProxies = 1_000
  package static let controlToxics = 256
  /// How long a client may take for one request, and be silent between two.
  package static let controlRequest = Nanoseconds.seconds(15)
  package static let controlIdle = Nanoseconds.seconds(60)
  /// The largest number that an attribute of a toxic may give; times end at `duration` before.
  package static let toxicAttribute = 1_000_000_000

  // What the runner keeps of one response.
  package static let keptHeadBytes = 256 << 10
  /// A body longer than this ends the exchange: nobody streams 16 MiB of chat.
  package static let bodyBytes = 16 << 20
  /// For how much of it there is room before its first byte, by what the one before had.
  package static let bodyRoom = (16 << 10)...(1 << 20)
  /// One line of an event stream; longer ones are an error of the stream.
  package static let lineBytes = 16 << 20
  package static let jsonDepth = 512

  // What goes into a run record.
  /// Samples of one series that are kept as they are, in memory and in the record; beyond, they are
  /// counted in a histogram.
  package static let exactSamples = 25_000
  package static let recordedStreams = 24
  /// Samples of one measure of one half-block that stand in the record of a comparison as they are.
  package static let blockSamples = 2_000
  /// Block pairs of one comparison, arms of it, and pairs beyond which "so many would decide it" is no
  /// advice.
  package static let comparedPairs = 1_000
  package static let comparedArms = 8
  package static let decidingPairs = 5_000
  /// How long a collector of metrics may take to answer.
  package static let collector = Nanoseconds.seconds(10)
  /// The largest history that is read.
  package static let historyBytes = 64 << 20
  /// The largest price list that is read.
  package static let priceListBytes = 64 << 20
  /// How long getting one may take.
  package static let download = Nanoseconds.seconds(60)
  /// Writes and arrivals of one drawn stream, at even steps of their order beyond.
  package static let recordedMarks = 1_000
  package static let recordedFaults = 100_000
  /// Answers of which a record keeps what each used and cost, and fields of one usage report.
  package static let recordedBills = 10_000
  package static let usageFields = 64
  package static let evidencePerVerdict = 5
  /// Of a body in the wire log of a verdict, and its lines.
  package static let wireLogBytes = 16 << 10
  package static let wireLogEntries = 200
  package static let errorTextBytes = 400
  /// Exchanges of a scenario that are sent without the relay too.
  package static let twins = 64
  /// How long a run that is over waits for those of them that are not.
  package static let twinPatience = Nanoseconds.seconds(60)
  /// Changes of one kind of thing that a comparison of twins lists, of values and messages so much.
  package static let overheadChanges = 60
  package static let overheadValueBytes = 120
  package static let overheadMessages = 10
  package static let overheadMessageBytes = 600
  /// What a comparison keeps of the strings at one path, and messages of a request that it aligns.
  package static let comparedStringBytes = 1 << 20
  package static let alignedMessages = 400

  /// What both sides saw of exchanges waits for judgement until it is so much, and exchanges that were
  /// judged are kept for comparison until they are.
  package static let unjudgedBytes = 64 << 20
  package static let judgedBytes = 256 << 20
  /// Heaps that wait for judgement before it gets a share of the processor like everybody else.
  package static let unjudgedHeaps = 4

  /// A longer answer to a conformance stimulus is one without end: the longest healthy one has a fifth
  /// of it, where the stimulus does not say more.
  package static let suiteBodyBytes = 1 << 20
  /// How often a conformance stimulus is played at most.
  package static let repetitions = 10_000

  /// Machines that may share a run.
  package static let shards = 10_000
  /// How far ahead the start of a run may be fixed.
  package static let startAhead = Nanoseconds.seconds(24 * 3_600)

  /// Requests in a row that reached nobody before a run gives up.
  package static let unreachableInARow = 3
  /// How long a run waits for the provider's side to come to rest: after a client that left, and
  /// otherwise.
  package static let settleAfterLeaving = Nanoseconds.seconds(11)
  package static let settle = Nanoseconds.seconds(2)
  /// What of a gap is longer than this counts as stalled time: a reader notices half a second.
  package static let stallThreshold = Nanoseconds.milliseconds(500)
  /// First starts of a closed loop are spread over this much per slot, and at most a second.
  package static let spreadPerSlot = Nanoseconds.milliseconds(2)
  package static let spreadAtMost = Nanoseconds.seconds(1)

  /// What waits to be written to a recording or a log; beyond it lines are left out.
  package static let lineBacklogBytes = 32 << 20
  /// How long the end of the program waits for that.
  package static let lineClosing = Nanoseconds.seconds(10)
  /// Exchanges that wait to be written down; beyond it whoever brings one writes it itself.
  package static let journalBacklogBytes = 256 << 20
  /// How far into its first line a journal says that it is one.
  package static let journalHeadBytes = 4 << 10
  /// The largest recording, or file to be imported as one, that is read.
  package static let recordingBytes = 1 << 30

  /// One read of a socket.
  package static let readBytes = 64 << 10
  /// What one of many streams reads at once, and how many streams are many.
  package static let smallReadBytes = 16 << 10
  package static let manyStreams = 256
}
