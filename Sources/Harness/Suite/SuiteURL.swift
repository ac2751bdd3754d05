import Core
import Wire

enum SuiteURL {
  /// The base URL for clients of another format than the one that the target's URL was given for:
  /// the path that belongs to that format is replaced.
  static func base(_ target: Target, speaking dialect: any Dialect) -> String {
    guard let own = Dialects.named(target.dialect), own.basePath != dialect.basePath else {
      return target.baseURL
    }
    var base = target.baseURL
    while base.hasSuffix("/") { base.removeLast() }
    guard !own.basePath.isEmpty, base.hasSuffix(own.basePath) else {
      return base + dialect.basePath
    }
    return base.dropLast(own.basePath.count) + dialect.basePath
  }
}
