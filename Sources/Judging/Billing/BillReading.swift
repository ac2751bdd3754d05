package import Core
import Wire

/// What one answer says that it used and cost, in its own words and digits.
package enum BillReading {
  /// Nil for an exchange that failed, or an answer that says nothing of it.
  /// - Parameters:
  ///   - model: the one that was asked for.
  ///   - words: of the request's messages.
  package static func bill(_ observation: Observation, model: String, words: Int?)
    -> CostRecord.Bill?
  {
    guard observation.succeeded else { return nil }
    var bill = CostRecord.Bill(ordinal: observation.ordinal, model: model, words: words)
    var usage: [String: String] = [:]
    for document in documents(observation) {
      bill.answeredBy = self.model(in: document) ?? bill.answeredBy
      for place in places(in: document) { flatten(place, "", &usage) }
    }
    if !usage.isEmpty { bill.usage = SentUsage(usage) }
    bill.charges = charges(usage, observation.exchange.headers)
    return bill.usage == nil && bill.charges.isEmpty ? nil : bill
  }

  /// Only those that can say something of it: most of a stream's do not, and need not be parsed.
  private static func documents(_ observation: Observation) -> [JSONValue] {
    let body = observation.exchange.body
    var places = UsagePlaces(body.span)
    guard let first = places.next(in: body.span) else { return [] }
    return lines(body, from: first, &places)
      ?? BodyDocuments.read(body) { data in
        var places = UsagePlaces(data.span)
        return places.next(in: data.span) != nil
      }
  }

  /// The documents of an event stream on whose lines usage stands; nil if it is none, or has an event
  /// of several lines of data.
  private static func lines(
    _ body: [UInt8], from first: Int, _ places: inout UsagePlaces
  ) -> [JSONValue]? {
    var found: [JSONValue] = []
    var next: Int? = first
    var end = 0
    while let place = next {
      if place >= end {
        let start = body[..<place].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
        end = body[place...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? body.count
        let line = body[start..<end]
        guard line.starts(with: dataName), end < body.count,
          let document = try? JSONValue.parse(Array(line.dropFirst(dataName.count)))
        else { return nil }
        found.append(document)
      }
      next = places.next(in: body.span)
    }
    return found
  }

  private static let dataName = Array("data:".utf8)

  // MARK: Where usage stands

  /// The usage objects of a document, in the order in which a later one adds to or replaces what an
  /// earlier one said: Anthropic's stream says the input at its beginning and the output at its end.
  private static func places(in document: JSONValue) -> [JSONValue] {
    var found: [JSONValue] = []
    func look(_ holder: JSONValue?, _ names: String...) {
      for name in names {
        if let usage = holder?[name], case .object = usage { found.append(usage) }
      }
    }
    look(document["message"], "usage")
    look(document["response"], "usage")
    look(document["delta"], "usage")
    look(document["x_groq"], "usage")
    look(document, "usage", "usageMetadata")
    // Ollama's counts and costs stand in the document itself.
    if document["eval_count"] != nil, case .object(let members) = document {
      found.append(.object(members.filter { !spoken.contains($0.key) }))
    }
    return found
  }

  private static let spoken: Set<[UInt8]> = Set(
    ["model", "message", "response", "context", "created_at", "done", "done_reason"].map {
      Array($0.utf8)
    })

  private static func model(in document: JSONValue) -> String? {
    let name =
      document["model"] ?? document["modelVersion"] ?? document["message"]?["model"]
      ?? document["response"]?["model"]
    return name?.string.map { String($0.prefix(Limits.overheadValueBytes)) }
  }

  private static func flatten(_ value: JSONValue, _ path: String, _ out: inout [String: String]) {
    switch value {
    case .object(let members):
      for member in members {
        let name = String(decoding: member.key, as: UTF8.self)
        flatten(member.value, path.isEmpty ? name : "\(path).\(name)", &out)
      }
    case .array(let values):
      for (index, value) in values.enumerated() { flatten(value, "\(path)[\(index)]", &out) }
    case .null: break
    case .bool, .number, .string:
      let text = value.serialized()
      guard text.count <= Limits.overheadValueBytes, !path.isEmpty,
        out[path] != nil || out.count < Limits.usageFields
      else { return }
      out[path] = String(decoding: text, as: UTF8.self)
    }
  }

  // MARK: Costs

  /// OpenRouter's `cost` and `cost_details` in the usage, and header fields whose name speaks of a
  /// cost, as LiteLLM's `x-litellm-response-cost` and those that begin with it.
  private static func charges(
    _ usage: [String: String], _ headers: [HeaderField]
  ) -> [CostRecord.Charge] {
    var found = usage.filter { path, _ in speaksOfCost(path) }
      .sorted { $0.key < $1.key }
      .map { CostRecord.Charge(source: "usage.\($0.key)", text: $0.value) }
    let fields = headers.filter { speaksOfCost($0.name) }
    for field in fields.sorted(by: { $0.name.lowercased() < $1.name.lowercased() })
    where field.value.utf8.count <= Limits.overheadValueBytes && !field.value.isEmpty {
      found.append(
        CostRecord.Charge(source: "header \(field.name.lowercased())", text: field.value))
    }
    return Array(found.prefix(Limits.usageFields))
  }

  private static let cost = Array("cost".utf8)

  private static func speaksOfCost(_ name: String) -> Bool {
    var matched = 0
    for byte in name.utf8 {
      let letter = byte | 0x20
      matched = letter == cost[matched] ? matched + 1 : letter == cost[0] ? 1 : 0
      if matched == cost.count { return true }
    }
    return false
  }
}

/// Finds names that end in `usage` or so with anything but null behind them, which many say in each
/// event, and Ollama's `eval_count`.
private struct UsagePlaces {
  /// The next place of each name; nil when there is no more.
  private var usage: Int?
  private var evaluated: Int?

  private static let usageName = ByteSearch("sage", anchor: "g")
  private static let evaluatedName = ByteSearch("eval_count", anchor: "v")
  /// Between the end of such a name and its value: `Metadata`, a quote, blanks.
  private static let reach = 24

  init(_ bytes: Span<UInt8>) {
    usage = Self.usage(in: bytes, from: 0)
    evaluated = Self.evaluatedName.first(in: bytes, from: 0)
  }

  /// In the order in which they stand.
  mutating func next(in bytes: Span<UInt8>) -> Int? {
    if let place = usage, place < evaluated ?? .max {
      usage = Self.usage(in: bytes, from: place + 1)
      return place
    }
    guard let place = evaluated else { return nil }
    evaluated = Self.evaluatedName.first(in: bytes, from: place + 1)
    return place
  }

  private static func usage(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var next = usageName.first(in: bytes, from: start)
    while let place = next, !mayHold(bytes, behind: place) {
      next = usageName.first(in: bytes, from: place + 1)
    }
    return next
  }

  private static func mayHold(_ bytes: Span<UInt8>, behind place: Int) -> Bool {
    let end = bytes.count
    var at = place + usageName.count
    let last = min(end, at + reach)
    while at < last, bytes[at] != UInt8(ascii: ":") { at += 1 }
    guard at < last else { return false }
    at += 1
    while at < end, bytes[at] == 0x20 || (0x09...0x0D).contains(bytes[at]) { at += 1 }
    return at < end && bytes[at] != UInt8(ascii: "n")
  }
}

/// The bills of one scenario on one target, as many as a record holds.
package struct BillBook: Sendable {
  private let model: String
  private var bills: [CostRecord.Bill] = []
  private var omitted = 0
  private let most: Int

  package init(model: String, most: Int = Limits.recordedBills) {
    self.model = model
    self.most = most
  }

  /// Warm-up costs what all else does, but is no part of what was measured.
  package mutating func add(_ observation: Observation, words: Int?) {
    guard !observation.exchange.warmup, observation.succeeded else { return }
    guard bills.count < most else {
      omitted += 1
      return
    }
    guard let bill = BillReading.bill(observation, model: model, words: words) else { return }
    bills.append(bill)
  }

  /// In the order in which they were planned; nil if no answer said anything.
  package var record: CostRecord? {
    guard !bills.isEmpty else { return nil }
    return CostRecord(bills: bills.sorted { $0.ordinal < $1.ordinal }, omitted: omitted)
  }
}
