import Core

/// What came through a relay beside what came without it, line by line, as a unified diff.
///
/// Ids and nonces differ from one exchange to the next and mean nothing: a run of eight or more
/// hexadecimal digits is equal to any other of its length.
struct WireDiff {
  struct Line {
    /// When its last byte was there, from when the request left.
    var at: Nanoseconds
    var text: String
    /// Bytes that are other ones on the other side; nil where the whole line is missing there.
    var marked: Range<Int>?
  }

  enum Row {
    case same(Line)
    case direct(Line)
    case relayed(Line)
    /// So many lines that are the same on both sides are left out.
    case left(Int)
  }

  private(set) var rows: [Row] = []

  /// Lines shown around a difference, and at most.
  static let context = 3
  static let most = 240

  /// - Parameter direct: nil where nothing was played without the relay: all lines are shown then.
  init(direct: WireLog?, relayed: WireLog) {
    let new = Self.lines(relayed)
    guard let direct else {
      rows = Self.folded(new.map { .same($0) })
      return
    }
    let old = Self.lines(direct)
    let changes = new.map { Self.masked($0.text) }
      .difference(from: old.map { Self.masked($0.text) })
    let removed = Set(changes.removals.map(Self.offset))
    let inserted = Set(changes.insertions.map(Self.offset))
    var (left, right) = (0, 0)
    var all: [Row] = []
    while left < old.count || right < new.count {
      var (gone, come): ([Line], [Line]) = ([], [])
      while left < old.count, removed.contains(left) {
        gone.append(old[left])
        left += 1
      }
      while right < new.count, inserted.contains(right) {
        come.append(new[right])
        right += 1
      }
      Self.pair(&gone, &come)
      all += gone.map { .direct($0) } + come.map { .relayed($0) }
      if left < old.count, right < new.count, gone.isEmpty, come.isEmpty {
        all.append(.same(new[right]))
        left += 1
        right += 1
      }
    }
    rows = Self.folded(all)
  }

  private static func offset(_ change: CollectionDifference<[UInt8]>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }

  /// Complete lines, and what stands behind the last line end. The blank line that ends an event is
  /// a sign behind the line before it, so that it can be missed; a carriage return is shown too.
  private static func lines(_ log: WireLog) -> [Line] {
    var lines: [Line] = []
    var open: [UInt8] = []
    var last = Nanoseconds.zero
    for read in log.reads {
      last = read.atNs
      for byte in read.text.utf8 {
        guard byte == UInt8(ascii: "\n") else {
          open.append(byte)
          continue
        }
        if open.isEmpty, !lines.isEmpty {
          lines[lines.count - 1].text += " ⏎"
        } else {
          lines.append(line(open, last))
        }
        open = []
      }
    }
    if !open.isEmpty { lines.append(line(open + Array(" ⋯".utf8), last)) }
    return lines
  }

  private static func line(_ bytes: [UInt8], _ at: Nanoseconds) -> Line {
    let text = String(decoding: bytes, as: UTF8.self)
    return Line(at: at, text: text.replacing("\r", with: "␍"))
  }

  /// The bytes with all that is random the same.
  private static func masked(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    var run = 0
    for index in 0...bytes.count {
      let isHex =
        index < bytes.count
        && (UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[index]
          || UInt8(ascii: "a")...UInt8(ascii: "f") ~= bytes[index])
      if isHex {
        run += 1
        continue
      }
      if run >= 8 { for place in (index - run)..<index { bytes[place] = UInt8(ascii: "0") } }
      run = 0
    }
    return bytes
  }

  /// Finds for each line that came the one that it stands for: the next that shares half of it.
  private static func pair(_ gone: inout [Line], _ come: inout [Line]) {
    guard gone.count * come.count <= Self.most else { return }
    var next = 0
    for index in come.indices {
      let found = (next..<gone.count).map { ($0, shared(gone[$0], come[index])) }
      guard let best = found.max(by: { $0.1.bytes < $1.1.bytes }),
        best.1.bytes * 2 >= min(gone[best.0].text.utf8.count, come[index].text.utf8.count),
        best.1.bytes > 0
      else { continue }
      let (first, last) = (best.1.first, best.1.last)
      gone[best.0].marked = first..<(gone[best.0].text.utf8.count - last)
      come[index].marked = first..<(come[index].text.utf8.count - last)
      next = best.0 + 1
    }
  }

  /// How many bytes two lines share at their begin and their end, in whole characters.
  private static func shared(
    _ left: Line, _ right: Line
  ) -> (bytes: Int, first: Int, last: Int) {
    let (old, new) = (masked(left.text), masked(right.text))
    var first = zip(old, new).prefix { $0 == $1 }.count
    while first > 0, first < old.count, isInside(old[first]) { first -= 1 }
    let most = min(old.count, new.count) - first
    var last = zip(old.reversed(), new.reversed()).prefix(most).prefix { $0 == $1 }.count
    while last > 0, isInside(old[old.count - last]) { last -= 1 }
    return (first + last, first, last)
  }

  /// Whether a byte of UTF-8 goes on with a character.
  private static func isInside(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  private static func folded(_ all: [Row]) -> [Row] {
    var rows: [Row] = []
    var index = 0
    while index < all.count, rows.count < most {
      guard case .same = all[index] else {
        rows.append(all[index])
        index += 1
        continue
      }
      var end = index
      while end < all.count, case .same = all[end] { end += 1 }
      if end - index > 2 * context + 1 {
        rows += all[index..<(index + context)]
        rows.append(.left(end - index - 2 * context))
        rows += all[(end - context)..<end]
      } else {
        rows += all[index..<end]
      }
      index = end
    }
    if index < all.count { rows.append(.left(all.count - index)) }
    return rows
  }
}
