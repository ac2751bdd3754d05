import Core

/// Reads HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/): requests and whole answers.
///
/// HAR has no place for the times of a stream: the head comes after `timings.wait`, and the whole
/// body as one read after `timings.receive` more. `_webSocketMessages` and other additions of
/// browsers are not looked at.
enum HTTPArchive {
  static func read(_ document: JSONValue) throws(RecordingError) -> Recording {
    let log = document["log"]
    let entries = log?["entries"]?.array ?? []
    guard !entries.isEmpty else { throw RecordingError("this HAR file has no entries") }
    let creator = log?["creator"]?["name"]?.string ?? "HAR"
    var read: [Entry] = []
    for (index, value) in entries.enumerated() {
      read.append(try Entry(value, number: index + 1))
    }
    let first = read.map(\.startedAt).min() ?? 0
    let start = read.first { $0.startedAt == first }?.started ?? ""
    var recording = Recording(tool: creator, startedAt: start)
    recording.notes = ["a HAR file has no times within a stream: each body is one read"]
    let empty = read.count { $0.isBodyMissing }
    if empty > 0 {
      recording.notes.append(
        "\(empty) of \(read.count) answers came without their body; browsers leave out what was "
          + "not loaded when the file was saved")
    }
    for (index, entry) in read.enumerated() {
      recording.entries += entry.lines(connection: index + 1, since: first)
    }
    return recording
  }

  /// One request and its answer.
  private struct Entry {
    let started: String
    /// Nanoseconds since 1970.
    let startedAt: Int64
    let request: RecordedRequest
    let status: Int
    let version: String
    let headers: [HeaderField]
    let body: [UInt8]
    let isBodyMissing: Bool
    /// From the start of the entry until the request was sent, the head came, and the body was whole.
    let sent, head, whole: Nanoseconds

    init(_ value: JSONValue, number: Int) throws(RecordingError) {
      func missing(_ what: String) -> RecordingError {
        RecordingError("entry \(number) of this HAR file has no \(what)")
      }
      guard let request = value["request"], let response = value["response"],
        let method = request["method"]?.string, let url = request["url"]?.string
      else { throw missing("request.method, request.url or response") }
      guard let started = value["startedDateTime"]?.string,
        let startedAt = Timestamp.nanoseconds(started)
      else { throw missing("startedDateTime in RFC 3339") }
      self.started = started
      self.startedAt = startedAt
      let authority = url.firstRange(of: "://")?.upperBound ?? url.startIndex
      let target = url[authority...].drop { $0 != "/" && $0 != "?" }.prefix { $0 != "#" }
      self.request = RecordedRequest(
        method: method,
        target: SecretMasker.masked(target: target.hasPrefix("/") ? String(target) : "/\(target)"),
        headers: Self.fields(request["headers"]),
        body: request["postData"]?["text"]?.bytes ?? [])
      guard let status = response["status"]?.int else { throw missing("response.status") }
      self.status = status
      version = (response["httpVersion"]?.string ?? "").replacing("HTTP/", with: "")
      headers = Self.fields(response["headers"])
      let content = response["content"]
      let text = content?["text"]?.bytes
      if let text, content?["encoding"]?.string == "base64" {
        guard let decoded = Base64.decode(text) else { throw missing("base64 in response.content") }
        body = decoded
      } else {
        body = text ?? []
      }
      isBodyMissing = text == nil && (content?["size"]?.int ?? 0) > 0
      let timings = value["timings"]
      func time(_ name: String) -> Nanoseconds { Self.milliseconds(timings?[name]) }
      sent = time("blocked") + time("dns") + time("connect") + time("send")
      head = sent + time("wait")
      whole = head + time("receive")
    }

    func lines(connection: Int, since first: Int64) -> [RecordingEntry] {
      let start = Nanoseconds(startedAt - first)
      func entry(_ at: Nanoseconds, _ event: RecordedEvent) -> RecordingEntry {
        RecordingEntry(connection: connection, at: start + at, event: event)
      }
      var lines = [
        entry(.zero, .open(client: "HAR", upstream: "", layer: .body)),
        entry(sent, .request(request, number: 1)),
      ]
      // Browsers write status 0 for what was blocked or has failed.
      guard (100...599).contains(status) else {
        return lines + [
          entry(whole, .end(.downstream, .failed(.transportError))), entry(whole, .close),
        ]
      }
      lines.append(
        entry(head, .response(status: status, version: version, headers: headers)))
      if !body.isEmpty { lines.append(entry(whole, .read(.downstream, body))) }
      return lines + [entry(whole, .end(.downstream, .complete)), entry(whole, .close)]
    }

    private static func fields(_ value: JSONValue?) -> [HeaderField] {
      (value?.array ?? []).compactMap { item in
        guard let name = item["name"]?.string, let text = item["value"]?.string,
          !name.hasPrefix(":")
        else { return nil }
        return SecretMasker.masked(field: HeaderField(name: name, value: text))
      }
    }

    /// Decimal milliseconds; -1 means that it does not apply.
    private static func milliseconds(_ value: JSONValue?) -> Nanoseconds {
      guard case .number(let text) = value, let number = Double(text), number > 0, number < 1e9
      else { return .zero }
      return Nanoseconds(Int64((number * 1e6).rounded()))
    }
  }
}

/// Instants as RFC 3339 writes them.
enum Timestamp {
  /// Nanoseconds since 1970, or nil if it is none.
  static func nanoseconds(_ text: String) -> Int64? {
    let pattern =
      /(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(?:[Zz]|([+-])(\d\d):?(\d\d))/
    guard let match = try? pattern.wholeMatch(in: text) else { return nil }
    func number(_ digits: Substring?) -> Int64 { digits.flatMap { Int64($0) } ?? 0 }
    let (month, day) = (number(match.2), number(match.3))
    guard (1...12).contains(month), (1...31).contains(day), number(match.4) < 24,
      number(match.5) < 60, number(match.6) <= 60
    else { return nil }
    var seconds = days(number(match.1), month, day) * 86_400
    seconds += number(match.4) * 3_600 + number(match.5) * 60 + number(match.6)
    let offset = number(match.9) * 3_600 + number(match.10) * 60
    seconds += match.8 == "-" ? offset : -offset
    let fraction = (match.7 ?? "").prefix(9)
    let padded = fraction + String(repeating: "0", count: 9 - fraction.count)
    return seconds * 1_000_000_000 + number(padded)
  }

  /// Days since 1970 of a date in the Gregorian calendar, with the year beginning in March.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month > 2 ? year : year - 1
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}
