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
    let proxy = try FaultProxy(
      loop: loop, listen: options.endpoint("listen"), upstream: options.endpoint("upstream"),
      leg: .b, rules: rules, seed: 1, mode: .forward)
    withExtendedLifetime(proxy) { loop.run() }
  }
}
