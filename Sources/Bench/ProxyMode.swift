import Core
import Harness
import Platform
import Wire

/// The fault proxy alone in a process, until it is ended.
enum ProxyMode {
  static func run(_ options: Options) throws(SystemError) {
    let rules = options.all("fault").map { literal in
      do throws(LiteralError) {
        return try FaultRule(literal)
      } catch {
        Failure.die("\(literal): \(error)")
      }
    }
    let loop = try EventLoop()
    var proxyOptions = FaultProxy.Options()
    proxyOptions.rules = FaultPipeline.installed(rules, leg: .b)
    proxyOptions.keepsRecords = false
    let proxy = try FaultProxy(
      loop: loop, listener: Listener(options.endpoint("listen")),
      upstream: options.endpoint("upstream"), options: proxyOptions)
    withExtendedLifetime(proxy) { loop.run() }
  }
}
