package import Core
package import Platform
package import Wire

/// How a proxy sends requests on itself, instead of passing a client's bytes on: to an https server,
/// with HTTP/2 where it offers that, so that any client of plain HTTP can be put before it.
///
/// Connections to the upstream outlive those of clients and serve one request at a time, so that a
/// slow client holds up no other.
package final class Reorigination {
  package struct Options: Sendable {
    package var http = Traffic.HTTPVersion.automatic
    /// A file of certificates in PEM to be trusted instead of the system's.
    package var certificateAuthorities: String?
    package var verifiesPeer = true

    package init() {}
  }

  let base: BaseURL
  private let options: Options
  /// In which errors are written.
  let dialect: (any Dialect)?
  let counters: ProxyCounters
  let multi: CurlMulti

  package init(
    loop: EventLoop, base: BaseURL, options: Options, dialect: (any Dialect)?,
    counters: ProxyCounters
  ) throws(SystemError) {
    self.base = base
    self.options = options
    self.dialect = dialect
    self.counters = counters
    multi = try CurlMulti(loop: loop, multiplexes: false)
    multi.keepConnections(Limits.upstreamConnections)
  }

  /// Requests under way.
  package var active: Int { multi.active }

  func transfer(_ request: ForwardedRequest) -> TransferRequest {
    // An empty value is written with a semicolon: a colon would tell libcurl to leave the field out.
    var fields = request.fields.map {
      $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)"
    }
    // What libcurl would add of its own.
    for name in ["Accept", "Content-Type"]
    where !request.fields.contains(where: { $0.name.lowercased() == name.lowercased() }) {
      fields.append("\(name):")
    }
    var transfer = TransferRequest(
      url: base.origin + "/", fields: fields, body: request.body)
    transfer.method = request.method
    transfer.target = request.target
    transfer.decodes = false
    transfer.retries = false
    transfer.http = options.http
    transfer.certificateAuthorities = options.certificateAuthorities
    transfer.verifiesPeer = options.verifiesPeer
    return transfer
  }
}
