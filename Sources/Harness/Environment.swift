import Platform

/// Facts about the surroundings that commands print.
package enum Environment {
  package static var curlVersion: String { CurlVersion.text }
}
