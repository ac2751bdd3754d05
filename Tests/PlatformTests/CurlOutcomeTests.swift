import Core
import Glibc
import Platform
import Testing

/// libcurl's codes are part of its interface and never change (libcurl-errors(3)).
@Suite struct CurlOutcomeTests {
  private func end(_ code: Int32, _ systemError: Int32 = 0, _ message: String = "") -> TransportEnd
  {
    TransferResult(code: code, systemError: systemError, message: message).transport
  }

  @Test func success() {
    #expect(end(0) == .complete)
  }

  @Test(arguments: [
    (6, 0, "", EndCondition.dnsFailure),
    (7, ECONNREFUSED, "", .refused), (7, EHOSTUNREACH, "", .connectFailed),
    (7, 0, "Connection refused", .refused), (7, ETIMEDOUT, "", .timeoutConnect),
    (35, 0, "", .tlsFailure), (60, 0, "", .tlsFailure),
    (18, 0, "transfer closed with 5 bytes remaining", .premature), (52, 0, "", .premature),
    (56, ECONNRESET, "", .reset), (55, EPIPE, "", .reset), (56, 0, "", .premature),
    (56, 0, "Recv failure: Connection reset by peer", .reset),
    (56, 0, "Illegal or missing hexadecimal sequence in chunked-encoding", .malformed),
    (61, 0, "", .malformed), (8, 0, "", .malformed), (1, 0, "", .malformed),
    (92, 0, "", .reset), (16, 0, "", .premature), (27, 0, "", .transportError),
  ])
  func failures(code: Int, systemError: Int32, message: String, condition: EndCondition) {
    #expect(end(Int32(code), systemError, message) == .failed(condition))
  }
}
