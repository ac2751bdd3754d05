import Core
import Foundation
import Platform

/// Gets one document over HTTP, once, without a key, and only because somebody asked for it.
package enum Download {
  package static func get(_ address: String) throws(CampaignError) -> [UInt8] {
    guard let url = URL(string: address), let scheme = url.scheme,
      ["http", "https"].contains(scheme), url.host != nil
    else { throw CampaignError("\(address) is no address to get anything from") }
    var request = TransferRequest(url: address, fields: ["Accept: application/json"], body: [])
    request.method = "GET"
    let answer: OneTransfer
    do throws(SystemError) {
      answer = try OneTransfer.perform(
        request, mostBytes: Limits.priceListBytes, within: Limits.download)
    } catch {
      throw CampaignError("\(error)")
    }
    let tooLong = "it is longer than \(Limits.priceListBytes >> 20) MiB"
    if let failure = answer.isCut ? tooLong : answer.failure {
      throw CampaignError("nothing came from \(address): \(failure)")
    }
    guard (200..<300).contains(answer.status) else {
      throw CampaignError("\(address) answered \(answer.status)")
    }
    return answer.body
  }
}
