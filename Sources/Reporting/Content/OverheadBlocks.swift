import Core

extension Content {
  /// What relays add to requests and answers, leave out or change.
  var overheadBlocks: [Block] {
    let measured = record.targets.indices.filter { record.targets[$0].overhead != nil }
    guard !measured.isEmpty else { return [] }
    var blocks: [Block] = [
      .heading(2, "What the relay adds to requests", anchor: "overhead"),
      .table(
        Table(
          caption:
            "Medians over twins: the same request bytes, sent through the relay and without it."
            + " Bodies without transfer and content coding.",
          columns: [
            .text("Target"), .text("Part"), .number("Twins"), .number("Without relay"),
            .number("With it"), .number("Added"),
          ],
          rows: measured.flatMap(overheadRows))),
    ]
    for index in measured {
      guard let overhead = record.targets[index].overhead else { continue }
      blocks += heading("overhead", index)
      if let words = Self.directWords(record.targets[index]) { blocks.append(.note(words)) }
      blocks += changeBlocks(overhead)
    }
    return blocks
  }

  private func overheadRows(_ index: Int) -> [[Cell]] {
    guard let overhead = record.targets[index].overhead else { return [] }
    let parts = [
      ("request head", overhead.request?.head), ("request body", overhead.request?.body),
      ("response head", overhead.response.head), ("response body", overhead.response.body),
    ]
    return parts.compactMap { name, bytes in
      guard let bytes else { return nil }
      let isOne = bytes.least == bytes.most
      return [
        cell(index), .text(name), .number(Figure.count(overhead.pairs)),
        .number(Figure.bytes(bytes.direct)), .number(Figure.bytes(bytes.relay)),
        .number(
          Figure.bytes(bytes.added, signed: true),
          hint: isOne
            ? ""
            : "\(Figure.bytes(bytes.least, signed: true)) to \(Figure.bytes(bytes.most, signed: true))"
        ),
      ]
    }
  }

  private func changeBlocks(_ overhead: Overhead) -> [Block] {
    var blocks: [Block] = []
    if overhead.request == nil {
      blocks.append(
        .note("What the provider received is not known: it is not ours. Only answers are compared.")
      )
    }
    if let dialect = overhead.translated {
      blocks.append(
        .note(
          "The provider was asked in another format, \(dialect): of the request only messages are"
            + " compared, not its members."))
    }
    blocks += messageBlocks(overhead)
    var rows: [[Cell]] = []
    let sides = [("request", overhead.request), ("response", overhead.response)]
    for case (let side, let seen?) in sides {
      for (kind, changes) in [("header", seen.fields), ("member", seen.members)] {
        rows += changes.map { row("\(side) \(kind)", $0, of: overhead.pairs) }
      }
    }
    let leftOut = sides.reduce(0) { $0 + ($1.1?.leftOut ?? 0) }
    guard !rows.isEmpty else {
      return blocks + [.note("Header fields and members of the JSON are the same on both sides.")]
    }
    let table = Block.table(
      Table(
        caption: "Header fields by name, members of the JSON by path; values of the first twin that"
          + " shows it, secrets masked",
        columns: [
          .text("Where"), .text("Name"), .text("Change"), .text("Without relay"),
          .text("With relay"), .number("Twins"),
        ],
        rows: rows))
    let title = "\(Figure.counted(rows.count, "field or member", "fields and members")) differ"
    blocks.append(rows.count > 12 ? .folded(title, [table]) : table)
    if leftOut > 0 {
      blocks.append(.note("\(Figure.count(leftOut)) more differences were left out."))
    }
    return blocks
  }

  private func messageBlocks(_ overhead: Overhead) -> [Block] {
    guard !overhead.messages.isEmpty else {
      return overhead.request == nil
        ? [] : [.note("The provider received the messages as they were sent.")]
    }
    return [
      .table(
        Table(
          caption: "Messages that the provider did not receive as the client sent them",
          columns: [
            .text("Change"), .text("Role"), .number("Words"), .text("Text"), .number("Twins"),
          ],
          rows: overhead.messages.map { message in
            [
              Cell(text: message.change.rawValue, kind: .alarm(true)), .code(message.role),
              .number(Figure.count(message.words)), .code(message.text),
              .number("\(message.pairs) / \(overhead.pairs)"),
            ]
          }))
    ]
  }

  private func row(_ place: String, _ change: Overhead.Change, of pairs: Int) -> [Cell] {
    [
      .text(place), .code(change.name), .text(change.change.rawValue),
      change.direct.map { .code($0) } ?? .text(Figure.none),
      change.relay.map { .code($0) } ?? .text(Figure.none),
      .number("\(change.pairs) / \(pairs)"),
    ]
  }

  // MARK: In a line or two

  /// How much sooner or later the twins had their first token; nil where it is not known.
  static func directWords(_ target: TargetRecord) -> String? {
    guard let direct = target.directMeasures?["ttft"], let own = target.measures["ttft"],
      direct.n > 0, own.n > 0
    else { return nil }
    return "TTFT p50 without the relay: \(Figure.duration(direct.p50)) in"
      + " \(Figure.counted(direct.n, "twin")), with it \(Figure.duration(own.p50)) in"
      + " \(Figure.counted(own.n, "stream"))"
  }

  /// For a terminal: bytes and counts of what differs.
  static func words(_ overhead: Overhead) -> String {
    let sides: [(String, Overhead.Side?)] = [
      ("request", overhead.request), ("response", overhead.response),
    ]
    let parts = sides.compactMap { name, side -> String? in
      guard let side else { return nil }
      let counts = Overhead.Kind.allCases.compactMap { kind -> String? in
        let count = (side.fields + side.members).count { $0.change == kind }
        return count == 0 ? nil : "\(Figure.count(count)) \(kind.rawValue)"
      }
      return "\(name) \(Figure.bytes(side.head.added, signed: true)) head,"
        + " \(Figure.bytes(side.body.added, signed: true)) body"
        + (counts.isEmpty ? "" : " (\(counts.joined(separator: ", ")))")
    }
    return "adds to each " + parts.joined(separator: "; to each ")
  }

  /// What was done to messages, a line each.
  static func messageWords(_ overhead: Overhead) -> [String] {
    overhead.messages.map { message in
      let what =
        switch message.change {
        case .added: "the provider also got a message of the role \(message.role) with"
        case .dropped: "the provider did not get the message of the role \(message.role) with"
        case .changed: "the provider got a message of the role \(message.role) changed by"
        }
      return "\(what) \(Figure.counted(message.words, "word")): \"\(message.text.prefix(60))\""
    }
  }
}
