import CCurl
package import Core

/// Everything libcurl needs to send one request.
package struct TransferRequest: Sendable {
  package var url: String
  /// Complete field lines, `Name: value`; secrets live only here and inside libcurl.
  package var fields: [String]
  package var body: [UInt8]
  /// Nil: POST.
  package var method: String?
  /// What stands in the request line, if not the path and query of the URL.
  package var target: String?
  /// Whether a gzip or deflate coding is asked for and removed; otherwise bytes stay as they are.
  package var decodes: Bool
  /// Whether a request that found its reused connection dead is sent again on another.
  package var retries: Bool
  package var http: Traffic.HTTPVersion
  package var freshConnection: Bool
  /// Whether a connection that is kept may carry it. Where the caller knows that none is free, libcurl
  /// need not ask each, which takes a millisecond among ten thousand.
  package var looksForConnection: Bool
  package var certificateAuthorities: String?
  package var verifiesPeer: Bool
  /// `HOST:PORT` of a proxy to send a CONNECT to, or to connect to instead of the target.
  package var tunnel: String?
  package var connectTo: String?
  /// The most that one read takes; nil leaves it to libcurl (16 KiB).
  package var readBytes: Int?

  package init(url: String, fields: [String], body: [UInt8]) {
    self.url = url
    self.fields = fields
    self.body = body
    method = nil
    target = nil
    decodes = true
    retries = true
    http = .automatic
    freshConnection = false
    looksForConnection = true
    certificateAuthorities = nil
    verifiesPeer = true
    tunnel = nil
    connectTo = nil
    readBytes = nil
  }
}

/// How libcurl ended a transfer.
package struct TransferResult: Sendable {
  /// libcurl's code (CURLE_*); 0 is success.
  package var code: Int32
  /// The errno of a failed connect, send or receive, or 0.
  package var systemError: Int32
  package var message: String
  package var connectTime: Nanoseconds
  package var tlsTime: Nanoseconds
  package var reused: Bool

  package init(
    code: Int32, systemError: Int32, message: String, connectTime: Nanoseconds = .zero,
    tlsTime: Nanoseconds = .zero, reused: Bool = false
  ) {
    self.code = code
    self.systemError = systemError
    self.message = message
    self.connectTime = connectTime
    self.tlsTime = tlsTime
    self.reused = reused
  }
}

/// Whoever wants to hear of a transfer; called on the loop's thread.
package protocol TransferDelegate: AnyObject {
  /// The connection stands and the request leaves now.
  func transferSends(localPort: UInt16)
  /// One line of a response head, line end included.
  func transferHead(_ line: UnsafeRawBufferPointer)
  /// Body bytes, with content coding removed if that was asked for; false ends the transfer.
  func transferBody(_ bytes: UnsafeRawBufferPointer, wake: UInt32) -> Bool
  func transferEnded(_ result: TransferResult)
}

/// Numbers the wake-ups of a loop that reads.
package final class WakeCounter {
  package internal(set) var current: UInt32 = 0
}

/// One libcurl easy handle, used for one request and freed with its owner.
package final class CurlHandle {
  let easy: UnsafeMutableRawPointer
  private var fields: UnsafeMutablePointer<curl_slist>?
  private var connectTo: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>
  /// The owner lets go of this handle when the transfer has ended, which ends the cycle. A weak
  /// reference would be counted up and down with each chunk.
  let delegate: any TransferDelegate
  /// When its connection stood (TCP, before TLS); nil while it does not, or was reused.
  package internal(set) var connectedAt: Instant?
  /// Cancelled in one of its own callbacks: nothing more is handed to the delegate.
  var isCancelled = false
  private let retries: Bool
  private var hasSent = false
  /// The wake-up under way, kept up to date by the multi handle for all transfers at once.
  var wakes: WakeCounter?

  package init?(_ request: TransferRequest, delegate: any TransferDelegate) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    self.delegate = delegate
    retries = request.retries
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    configure(request)
    configureConnection(request)
    installCallbacks()
  }

  deinit {
    curl_easy_cleanup(easy)
    curl_slist_free_all(fields)
    curl_slist_free_all(connectTo)
    errorText.deallocate()
  }

  /// Its connection is closed with it, which libcurl would keep if it speaks HTTP/2.
  func forbidReuse() { ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1) }

  /// Time spent in connecting and in the TLS handshake.
  private var phaseTimes: (connect: Nanoseconds, tls: Nanoseconds) {
    let connect = ccurl_info_size(easy, CURLINFO_CONNECT_TIME_T)
    let tls = ccurl_info_size(easy, CURLINFO_APPCONNECT_TIME_T)
    return (.microseconds(Int64(connect)), .microseconds(tls > connect ? Int64(tls - connect) : 0))
  }

  func result(_ code: CURLcode) -> TransferResult {
    let times = phaseTimes
    var message = String(cString: errorText)
    if message.isEmpty { message = String(cString: curl_easy_strerror(code)) }
    return TransferResult(
      code: Int32(code.rawValue), systemError: Int32(ccurl_info_long(easy, CURLINFO_OS_ERRNO)),
      message: message, connectTime: times.connect, tlsTime: times.tls,
      reused: ccurl_info_long(easy, CURLINFO_NUM_CONNECTS) == 0)
  }

  private func configure(_ request: TransferRequest) {
    ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    // A look-up that hangs must not hold up the end of a transfer.
    ccurl_quick_exit(easy)
    ccurl_set_string(easy, CURLOPT_URL, request.url)
    ccurl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
    // What the official SDKs' HTTP clients offer.
    if request.decodes { ccurl_set_string(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate") }
    for field in request.fields + ["Expect:"] { fields = curl_slist_append(fields, field) }
    ccurl_set_list(easy, CURLOPT_HTTPHEADER, fields)
    if let target = request.target { ccurl_set_string(easy, CURLOPT_REQUEST_TARGET, target) }
    configureBody(request)
  }

  private func configureBody(_ request: TransferRequest) {
    if request.method == "HEAD" {
      ccurl_set_long(easy, CURLOPT_NOBODY, 1)
      return
    }
    // Methods for which an empty body is one too, and has a length (RFC 9110 section 8.6).
    let hasBody =
      !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method ?? "POST")
    if hasBody {
      ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
      _ = request.body.withUnsafeBytes {
        ccurl_set_pointer(
          easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0.baseAddress))
      }
    }
    if let method = request.method { ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, method) }
  }

  private func configureConnection(_ request: TransferRequest) {
    let version =
      switch request.http {
      case .automatic: CURL_HTTP_VERSION_2TLS
      case .http1: CURL_HTTP_VERSION_1_1
      case .http2:
        request.url.hasPrefix("https") ? CURL_HTTP_VERSION_2_0 : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE
      }
    ccurl_set_long(easy, CURLOPT_HTTP_VERSION, version)
    if request.freshConnection || !request.looksForConnection {
      ccurl_set_long(easy, CURLOPT_FRESH_CONNECT, 1)
    }
    if request.freshConnection { ccurl_set_long(easy, CURLOPT_FORBID_REUSE, 1) }
    // The loop keeps the time limits, phase by phase. No CURLOPT_CONNECTTIMEOUT: libcurl would keep a
    // timer for each transfer until its end and search them all at each read, and without one it
    // gives up after 300 s, when the kernel has long done so.
    if let bytes = request.readBytes { ccurl_set_long(easy, CURLOPT_BUFFERSIZE, bytes) }
    if let file = request.certificateAuthorities {
      ccurl_set_string(easy, CURLOPT_CAINFO, file)
    }
    if !request.verifiesPeer {
      ccurl_set_long(easy, CURLOPT_SSL_VERIFYPEER, 0)
      ccurl_set_long(easy, CURLOPT_SSL_VERIFYHOST, 0)
    }
    // No proxy of the environment comes between us and what is measured.
    ccurl_set_string(easy, CURLOPT_PROXY, request.tunnel.map { "http://\($0)" } ?? "")
    // Nor does `no_proxy` take the tunnel away, and every fault on leg A with it.
    ccurl_set_string(easy, CURLOPT_NOPROXY, "")
    if request.tunnel != nil {
      ccurl_set_long(easy, CURLOPT_HTTPPROXYTUNNEL, 1)
      ccurl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    }
    if let address = request.connectTo {
      connectTo = curl_slist_append(nil, "::\(address)")
      ccurl_set_list(easy, CURLOPT_CONNECT_TO, connectTo)
    }
  }

  private func installCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
    ccurl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    ccurl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    ccurl_set_data(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
      guard let context else { return 0 }
      // Of one read there may be a call for each chunk of the framing: no references are counted.
      return Unmanaged<CurlHandle>.fromOpaque(context)._withUnsafeGuaranteedRef { handle in
        guard !handle.isCancelled else { return 0 }
        let buffer = UnsafeRawBufferPointer(start: bytes, count: count)
        return handle.delegate.transferBody(buffer, wake: handle.wakes?.current ?? 0) ? count : 0
      }
    }
    ccurl_set_data(easy, CURLOPT_HEADERFUNCTION) { bytes, _, count, context in
      guard let context else { return 0 }
      let handle = Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
      guard !handle.isCancelled else { return 0 }
      handle.delegate.transferHead(UnsafeRawBufferPointer(start: bytes, count: count))
      return count
    }
    ccurl_set_prereq(
      easy,
      { context, _, _, _, localPort in
        guard let context else { return CURL_PREREQFUNC_ABORT }
        let handle = Unmanaged<CurlHandle>.fromOpaque(context).takeUnretainedValue()
        guard !handle.isCancelled, handle.retries || !handle.hasSent else {
          return CURL_PREREQFUNC_ABORT
        }
        handle.hasSent = true
        handle.delegate.transferSends(localPort: UInt16(clamping: localPort))
        return CURL_PREREQFUNC_OK
      }, context)
  }
}
