import Core
import Platform

/// Words for a run that reached nobody, and what to do about it.
enum Unreachable {
  static func explain(_ error: SystemError, provider: Endpoint?) -> CampaignError {
    guard error.isAddressInUse, let provider else { return CampaignError("\(error)") }
    return CampaignError(
      "the scripted provider cannot listen on \(provider): the port is in use. Stop what listens "
        + "there, or give another --provider and point the relay at it")
  }

  static func explain(
    _ exchange: Exchange, target: CampaignTarget, key: String?
  ) -> CampaignError {
    var exchange = exchange
    Redaction(key: key).mask(&exchange)
    let place: String
    if case .remote(let target) = target { place = target.publicURL } else { place = "" }
    let advice =
      switch exchange.transport {
      case .failed(.refused): "nothing listens there; is the relay running?"
      case .failed(.dnsFailure): "the host name does not resolve; check its spelling"
      case .failed(.tlsFailure):
        "give the authority's certificate with --cacert=FILE, or --insecure for a test set-up"
      default: "check the address and that this machine can reach it"
      }
    return CampaignError("cannot reach \(place): \(exchange.detail); \(advice)")
  }
}
