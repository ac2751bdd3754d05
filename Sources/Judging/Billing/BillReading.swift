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
    BodyDocuments.read(observation.exchange.body) { bytes in
      bytes.indices.contains { index in
        switch bytes[index] {
        case UInt8(ascii: "s"): startsUsage(bytes, index)
        case UInt8(ascii: "e"): bytes[index...].starts(with: evaluated)
        default: false
        }
      }
    }
  }

  private static let usage = Array("sage".utf8)
  private static let evaluated = Array("eval_count".utf8)

  /// Whether the rest of a name that ends in `usage` or so stands here, with an object behind it:
  /// many say `"usage":null` in each event.
  private static func startsUsage(_ bytes: [UInt8], _ start: Int) -> Bool {
    guard bytes[start...].starts(with: usage) else { return false }
    let rest = bytes[(start + usage.count)...].prefix(24)
    guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let value = rest[(colon + 1)...].first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    return value == nil || value == UInt8(ascii: "{")
  }

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
    var found = usage.filter { path, _ in path.lowercased().contains("cost") }
      .sorted { $0.key < $1.key }
      .map { CostRecord.Charge(source: "usage.\($0.key)", text: $0.value) }
    let fields = headers.filter { $0.name.lowercased().contains("cost") }
    for field in fields.sorted(by: { $0.name.lowercased() < $1.name.lowercased() })
    where field.value.utf8.count <= Limits.overheadValueBytes && !field.value.isEmpty {
      found.append(
        CostRecord.Charge(source: "header \(field.name.lowercased())", text: field.value))
    }
    return Array(found.prefix(Limits.usageFields))
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
