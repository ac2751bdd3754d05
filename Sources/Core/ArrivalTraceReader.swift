private import Foundation

/// Reads public traces of requests; the columns are found by their names, so that versions of a
/// trace with more of them are read as well.
package struct ArrivalTraceReader {
  /// A line that is broken ends the reading, or is left out and counted.
  package enum BrokenLines: String, Hashable, Sendable, CaseIterable {
    case refuse, skip
  }

  private let format: ArrivalTrace.Format
  private let brokenLines: BrokenLines
  private let seed: UInt64
  /// Nanoseconds since some instant, and tokens.
  private var found: [(at: Int64, input: Int, output: Int)] = []
  private var broken: [String] = []
  private var brokenCount = 0

  /// - Parameter seed: places arrivals within the tick that a trace rounds them to.
  package static func read(
    _ bytes: [UInt8], as format: ArrivalTrace.Format, brokenLines: BrokenLines = .refuse,
    seed: UInt64
  ) throws(ArrivalTraceError) -> ArrivalTrace {
    var reader = ArrivalTraceReader(format: format, brokenLines: brokenLines, seed: seed)
    return try reader.read(bytes)
  }

  private init(format: ArrivalTrace.Format, brokenLines: BrokenLines, seed: UInt64) {
    self.format = format
    self.brokenLines = brokenLines
    self.seed = seed
  }

  private mutating func read(_ bytes: [UInt8]) throws(ArrivalTraceError) -> ArrivalTrace {
    guard bytes.count <= Limits.traceBytes else {
      throw ArrivalTraceError("it has more than \(Limits.traceBytes >> 20) MiB")
    }
    // Some spreadsheets put a byte order mark before the first name.
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    var columns: Columns?
    var number = 0
    for line in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let text = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      if text.allSatisfy({ $0 == UInt8(ascii: " ") }) { continue }
      if format != .mooncake, columns == nil {
        columns = try Columns(Self.cells(text), of: format)
        continue
      }
      do throws(ArrivalTraceError) {
        found.append(try arrival(text, columns))
      } catch {
        try leaveOut("line \(number): \(error.message)")
      }
      guard found.count <= Limits.streams else {
        throw ArrivalTraceError("it has more than \(Limits.streams) requests")
      }
    }
    guard !found.isEmpty else { throw ArrivalTraceError("there is no request in it") }
    return ArrivalTrace(inOrder(), broken: broken, count: brokenCount)
  }

  private mutating func leaveOut(_ problem: String) throws(ArrivalTraceError) {
    guard brokenLines == .skip else {
      throw ArrivalTraceError(problem + " (`broken: \"skip\"` leaves such lines out)")
    }
    brokenCount += 1
    if broken.count < Limits.scenarioErrors { broken.append(problem) }
  }

  // MARK: One line

  private func arrival(_ line: ArraySlice<UInt8>, _ columns: Columns?) throws(ArrivalTraceError)
    -> (at: Int64, input: Int, output: Int)
  {
    if format == .mooncake { return try mooncake(line) }
    let cells = Self.cells(line)
    guard let columns, cells.count == columns.count else {
      throw ArrivalTraceError(
        "\(cells.count) columns where the first line names \(columns?.count ?? 0)")
    }
    let time = cells[columns.time]
    let at = format == .azure ? Self.date(time) : Double(time).flatMap { Self.nanoseconds($0) }
    guard let at else { throw ArrivalTraceError("\(quoted(time)) is no time") }
    return (at, try Self.tokens(cells[columns.input]), try Self.tokens(cells[columns.output]))
  }

  private struct MooncakeLine: Decodable {
    var timestamp: Double
    var input_length: Int
    var output_length: Int
  }

  private func mooncake(_ line: ArraySlice<UInt8>) throws(ArrivalTraceError)
    -> (at: Int64, input: Int, output: Int)
  {
    guard let entry = try? JSONDecoder().decode(MooncakeLine.self, from: Data(line)) else {
      throw ArrivalTraceError(
        "not a JSON object with numbers `timestamp`, `input_length`, `output_length`")
    }
    let tokens = 0...Limits.scriptTokens
    guard let at = Self.nanoseconds(entry.timestamp / 1e3), tokens.contains(entry.input_length),
      tokens.contains(entry.output_length)
    else { throw ArrivalTraceError("a number is out of range") }
    return (at, entry.input_length, entry.output_length)
  }

  private static func nanoseconds(_ seconds: Double) -> Int64? {
    guard seconds >= 0, seconds < 9e9 else { return nil }
    return Int64((seconds * 1e9).rounded())
  }

  /// Where the columns are.
  private struct Columns {
    var time: Int
    var input: Int
    var output: Int
    var count: Int

    init(_ names: [String], of format: ArrivalTrace.Format) throws(ArrivalTraceError) {
      let wanted =
        format == .azure
        ? ["timestamp", "contexttokens", "generatedtokens"]
        : ["timestamp", "request tokens", "response tokens"]
      let lower = names.map { $0.lowercased() }
      var places: [Int] = []
      for name in wanted {
        guard let place = lower.firstIndex(of: name) else {
          throw ArrivalTraceError(
            "line 1: there is no column \(quoted(name)): this is no trace of \(format.rawValue)")
        }
        places.append(place)
      }
      (time, input, output, count) = (places[0], places[1], places[2], names.count)
    }
  }

  /// No trace has quoted cells.
  private static func cells(_ line: ArraySlice<UInt8>) -> [String] {
    line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespaces)
    }
  }

  private static func tokens(_ text: String) throws(ArrivalTraceError) -> Int {
    guard let number = Int(text), (0...Limits.scriptTokens).contains(number) else {
      throw ArrivalTraceError("\(quoted(text)) is no number of tokens")
    }
    return number
  }

  /// `2023-11-16 18:15:46.6805900`, or with an offset from UTC: nanoseconds since some instant.
  private static func date(_ text: String) -> Int64? {
    let point = text.firstIndex(of: ".") ?? text.endIndex
    let whole = text[..<point].prefix(19)
    let style = Date.ISO8601FormatStyle(
      dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon)
    // All times of a trace have the same offset, and only their distances count.
    guard let date = try? Date(whole + "Z", strategy: style) else { return nil }
    let digits = text[point...].dropFirst().prefix { $0.isNumber }
    guard point == text.endIndex || !digits.isEmpty else { return nil }
    guard let whole = nanoseconds(date.timeIntervalSince1970),
      let fraction = nanoseconds(Double("0." + digits) ?? 0)
    else { return nil }
    return whole + fraction
  }

  // MARK: Order

  /// Counted from the first, ascending.
  private func inOrder() -> [ArrivalTrace.Arrival] {
    let sorted = found.sorted { $0.at < $1.at }
    var times = sorted.map { Nanoseconds($0.at - sorted[0].at) }
    if format == .mooncake { spread(&times) }
    return zip(times, sorted).map { time, entry in
      ArrivalTrace.Arrival(
        at: time, inputTokens: entry.input,
        outputTokens: entry.output)
    }
  }

  /// Mooncake rounds to ticks of three seconds: what came in one is spread over it at random, since
  /// all at once would be a burst that never was.
  private func spread(_ times: inout [Nanoseconds]) {
    let tick = Nanoseconds.seconds(3).count
    for index in times.indices {
      var random = SplitMix64(seed: seed, rule: RandomRule.arrival, ordinal: UInt64(index))
      let begin = times[index].count / tick * tick
      times[index] = Nanoseconds(begin + Int64(Double(tick) * random.unit()))
    }
    times.sort()
    let first = times[0]
    for index in times.indices { times[index] = times[index] - first }
  }
}
