import Core
import Wire

/// The line of a finished exchange, put together as bytes.
///
/// It is written while a run measures, for each exchange: `JSONEncoder` takes five times as long as
/// reading the stream did. `JournalLine` reads it back.
enum JournalWriter {
  static func line(_ exchange: Exchange) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(
      1_024 + exchange.body.count / 3 * 4 + exchange.timeline.reads.count * 24)
    out.put("{\"exchange\":{\"ordinal\":", Int64(exchange.ordinal))
    out.put(",\"nonce\":\"\(exchange.nonce.hex)\",\"warmup\":\(exchange.warmup)")
    out.put(",\"intended\":", exchange.intended.nanoseconds)
    out.put(",\"started\":", exchange.started.nanoseconds)
    out.put(",\"sent\":", exchange.sent?.nanoseconds)
    out.put(",\"ended\":", exchange.ended.nanoseconds)
    out.put(",\"left\":", exchange.left?.nanoseconds)
    out.put(",\"connectTime\":", exchange.connectTime.count)
    out.put(",\"tlsTime\":", exchange.tlsTime.count)
    out.put(",\"reused\":\(exchange.reused),\"status\":\(exchange.status)")
    out.put(",\"headAt\":", exchange.headAt?.nanoseconds)
    out.put(",\"httpVersion\":", text: exchange.httpVersion)
    if case .failed(let condition) = exchange.transport {
      out.put(",\"failure\":", text: condition.rawValue)
    }
    out.put(",\"detail\":", text: exchange.detail)
    out.put(",\"headers\":[")
    for (index, field) in exchange.headers.enumerated() {
      out.put(index == 0 ? "{\"name\":" : ",{\"name\":", text: field.name)
      out.put(",\"value\":", text: field.value)
      out.put("}")
    }
    out.put("],\"reads\":[")
    putReads(exchange, &out)
    out.put("],\"body\":\"")
    Base64.encode(exchange.body.span, into: &out)
    out.put("\"}}\n")
    return out
  }

  private static func putReads(_ exchange: Exchange, _ out: inout [UInt8]) {
    var opensList = true
    for read in exchange.timeline.reads {
      out.append(addingCapacity: 3 * mostDigits + 5) { text in
        if !opensList { text.append(UInt8(ascii: ",")) }
        text.append(UInt8(ascii: "["))
        text.append((read.instant - exchange.started).count)
        text.append(UInt8(ascii: ","))
        text.append(Int64(read.length))
        text.append(UInt8(ascii: ","))
        text.append(Int64(read.wake))
        text.append(UInt8(ascii: "]"))
      }
      opensList = false
    }
  }
}

/// Of a number of 64 bits, its sign included.
private let mostDigits = 20

extension OutputSpan<UInt8> {
  fileprivate mutating func append(_ number: Int64) {
    var digits: [20 of UInt8] = .init(repeating: 0)
    var first = digits.count
    var rest = number.magnitude
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    if number < 0 { append(UInt8(ascii: "-")) }
    while first < digits.count {
      append(digits[first])
      first += 1
    }
  }
}

extension [UInt8] {
  fileprivate mutating func put(_ text: String) { append(contentsOf: text.utf8) }

  /// A name and its number; nothing without one.
  fileprivate mutating func put(_ name: String, _ number: Int64?) {
    guard let number else { return }
    put(name)
    append(addingCapacity: mostDigits) { $0.append(number) }
  }

  fileprivate mutating func put(_ name: String, text: String) {
    put(name)
    append(contentsOf: JSONValue.escape(text))
  }
}
