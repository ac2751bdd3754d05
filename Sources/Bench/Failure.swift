import Foundation
import Glibc

/// A measurement that could not be made ends the program: a figure from half of it would mislead.
enum Failure {
  static func die(_ message: String) -> Never {
    FileHandle.standardError.write(Data("relaymark-bench: \(message)\n".utf8))
    exit(3)
  }
}
