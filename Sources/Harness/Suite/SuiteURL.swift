import Core
import Wire

enum SuiteURL {
  /// The base URL for clients of another format than the one that the target's URL was given for:
  /// the path that belongs to that format is replaced, and so is that of OpenAI's clients, which is
  /// what people know of a relay.
  static func base(_ target: Target, speaking dialect: any Dialect) -> String {
    let own = Dialects.named(target.dialect)?.basePath ?? Dialects.usual.basePath
    var base = target.baseURL
    while base.hasSuffix("/") { base.removeLast() }
    for path in [own, Dialects.usual.basePath] where !path.isEmpty && base.hasSuffix(path) {
      return base.dropLast(path.count) + dialect.basePath
    }
    return own == dialect.basePath ? target.baseURL : base + dialect.basePath
  }
}
