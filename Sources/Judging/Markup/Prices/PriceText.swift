import Core
import Foundation
import Wire

/// Why a price cannot be used.
struct PriceTextError: Error, Hashable, Sendable {
  var message: String

  init(_ message: String) { self.message = message }
}

/// Numbers of price lists, which stand there as numbers or as strings.
enum PriceText {
  static func decimal(_ value: JSONValue, _ name: String) throws(PriceTextError) -> Decimal {
    let text: String
    switch value {
    case .number(let digits): text = digits
    case .string(let bytes): text = String(decoding: bytes, as: UTF8.self)
    default: throw PriceTextError("\(name) is no number")
    }
    guard let number = DecimalText.parse(text) else {
      throw PriceTextError("\(name) is \"\(text.prefix(40))\", which is no decimal number")
    }
    return number
  }

  static func price(
    _ value: JSONValue, _ name: String, of bucket: String
  ) throws(PriceTextError) -> Decimal {
    let price = try decimal(value, name)
    if let problem = ModelPrice.problem(price, of: bucket) { throw PriceTextError(problem) }
    return price
  }

  /// Those of an object's members that a list has for buckets, by the list's names of them.
  static func rates(
    _ object: JSONValue, names: [(String, String)]
  ) throws(PriceTextError) -> ModelPrice.Rates {
    var rates = ModelPrice.Rates()
    for (field, bucket) in names {
      guard let value = object[field], !value.isNull else { continue }
      rates[bucket] = try price(value, field, of: bucket)
    }
    return rates
  }
}

/// Reads a price list in any of its forms.
package enum PriceLists {
  /// - Parameters:
  ///   - name: the file or address, for messages and reports.
  ///   - date: of the file; a list with a date of its own says that one.
  package static func read(
    _ bytes: [UInt8], name: String, date: String
  ) throws(PriceListError) -> PriceList {
    guard bytes.count <= Limits.priceListBytes else {
      throw PriceListError("\(name) is longer than \(Limits.priceListBytes >> 20) MiB")
    }
    let document = try? JSONValue.parse(bytes)
    if let document {
      if let list = OpenRouterPrices.read(document, name: name, date: date) { return list }
      if let list = LiteLLMPrices.read(document, name: name, date: date) { return list }
    }
    // A large document that is JSON can only be one of the lists; the table has its own reader,
    // which says what is wrong in it, and where.
    guard document == nil || bytes.count <= Limits.scenarioBytes else {
      throw PriceListError("\(name) is no price list of OpenRouter's or LiteLLM's")
    }
    do throws(ScenarioErrors) {
      return try OwnPrices.read(bytes, name: name, date: date)
    } catch {
      throw PriceListError("\(error)")
    }
  }
}

/// Why a file is no price list.
package struct PriceListError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String

  init(_ description: String) { self.description = description }
}
