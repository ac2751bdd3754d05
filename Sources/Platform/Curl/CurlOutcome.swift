import CCurl
package import Core
import Glibc

extension TransferResult {
  /// The end condition that libcurl's code and the system's error amount to.
  package var transport: TransportEnd {
    switch CURLcode(UInt32(code)) {
    case CURLE_OK: .complete
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .failed(.dnsFailure)
    case CURLE_COULDNT_CONNECT: .failed(connectFailure)
    case CURLE_OPERATION_TIMEDOUT: .failed(.timeoutConnect)
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED,
      CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_INITFAILED:
      .failed(.tlsFailure)
    // What becomes of a request that must not be sent again when a reused connection was dead.
    case CURLE_ABORTED_BY_CALLBACK: .failed(wasReset ? .reset : .premature)
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING: .failed(wasReset ? .reset : .premature)
    // libcurl has no code of its own for a chunk that does not parse.
    case CURLE_RECV_ERROR where message.contains("chunked-encoding"): .failed(.malformed)
    case CURLE_RECV_ERROR, CURLE_SEND_ERROR: .failed(wasReset ? .reset : .premature)
    case CURLE_HTTP2_STREAM: .failed(.reset)
    case CURLE_HTTP2: .failed(.premature)
    case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
      .failed(.malformed)
    default: .failed(.transportError)
    }
  }

  /// No connection came about on which the request could have been sent.
  package var isUnreachable: Bool {
    switch transport {
    case .failed(.refused), .failed(.dnsFailure), .failed(.connectFailed), .failed(.tlsFailure),
      .failed(.timeoutConnect):
      true
    default: false
    }
  }

  private var connectFailure: EndCondition {
    switch systemError {
    case ECONNREFUSED: .refused
    case ETIMEDOUT: .timeoutConnect
    default: message.contains("refused") ? .refused : .connectFailed
    }
  }

  private var wasReset: Bool {
    systemError == ECONNRESET || systemError == EPIPE || message.contains("reset by peer")
  }
}
