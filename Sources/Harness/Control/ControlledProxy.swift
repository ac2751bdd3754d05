import Core
import Platform
import Wire

/// One proxy as the interface knows it.
package struct ControlledProxy {
  let id: Int
  package let name: String
  /// As it was sent until it has listened; from then on the address that it got.
  package internal(set) var listen: String
  var upstream: ProxyUpstream
  /// The upstream in the client's words.
  var upstreamText: String
  /// Nil while it is disabled.
  var listener: Listener?
  /// Rules that came with the proxy: they are no toxics, and no request changes them.
  var rules: [InstalledRule] = []
  /// Each in order of addition.
  var toxics: [FaultDirection: [Toxic]] = [:]
  package let counters: ProxyCounters

  var isEnabled: Bool { listener != nil }

  /// Upstream first, as Toxiproxy lists them.
  var allToxics: [Toxic] { (toxics[.upstream] ?? []) + (toxics[.downstream] ?? []) }

  var toxicValues: [JSONValue] { allToxics.map(\.value) }

  var value: JSONValue {
    .object([
      .init("name", .text(name)), .init("listen", .text(listen)),
      .init("upstream", .text(upstreamText)), .init("enabled", .bool(isEnabled)),
      .init("toxics", .array(toxicValues)),
    ])
  }

  var hosted: HostedProxy {
    HostedProxy(
      id: id, name: name, upstream: upstream, rules: rules + allToxics.compactMap(\.rule),
      counters: counters)
  }
}
