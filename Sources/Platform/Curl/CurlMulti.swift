import CCurl
package import Core
import Glibc

/// libcurl's multi interface driven from our loop by `curl_multi_socket_action`.
///
/// Each wake-up of a socket gets a number, so that body pieces which came out of the kernel in one
/// read can be told from those that did not.
package final class CurlMulti: ReadinessTarget, TimerTarget {
  private let multi: UnsafeMutableRawPointer
  private let loop: EventLoop
  private let multiplexes: Bool
  private var handles: [UnsafeMutableRawPointer: CurlHandle] = [:]
  private var timer: UInt64 = 0
  private let wakes = WakeCounter()
  /// Descriptors libcurl has asked us to watch.
  private var watched: Set<Int32> = []
  /// libcurl is running, so that what is called now is called by one of its callbacks.
  private var isInside = false
  /// What must wait until it has returned, which it refuses inside a callback.
  private var deferred: [() -> Void] = []

  /// - Parameter multiplexes: whether transfers share a connection of HTTP/2. Where they do not, a
  ///   reader that is slow holds up nobody else, whose frames would wait behind its own.
  package init(loop: EventLoop, multiplexes: Bool = true) throws(SystemError) {
    guard curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK, let multi = curl_multi_init() else {
      throw SystemError("start libcurl", code: ENOMEM)
    }
    self.multi = multi
    self.multiplexes = multiplexes
    self.loop = loop
    ccurl_multi_long(
      multi, CURLMOPT_PIPELINING, Int(multiplexes ? CURLPIPE_MULTIPLEX : CURLPIPE_NOTHING))
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_multi_callbacks(
      multi,
      { easy, descriptor, what, context, _ in
        guard let context else { return 0 }
        let multi = Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue()
        multi.watch(descriptor, what: what)
        if let easy { multi.noteConnection(easy, descriptor, what: what) }
        return 0
      },
      { _, milliseconds, context in
        guard let context else { return 0 }
        Unmanaged<CurlMulti>.fromOpaque(context).takeUnretainedValue().arm(milliseconds)
        return 0
      }, context)
  }

  deinit {
    for handle in handles.values { curl_multi_remove_handle(multi, handle.easy) }
    handles.removeAll()
    curl_multi_cleanup(multi)
  }

  package var active: Int { handles.count }

  /// Keeps up to this many connections open between requests.
  package func keepConnections(_ count: Int) {
    ccurl_multi_long(multi, CURLMOPT_MAXCONNECTS, count)
  }

  /// Starts a transfer at once rather than on the loop's next turn: its time counts from here.
  package func start(_ handle: CurlHandle) {
    handles[handle.easy] = handle
    handle.wakes = wakes
    outside { [self] in
      guard handles[handle.easy] === handle else { return }
      curl_multi_add_handle(multi, handle.easy)
      act(on: CURL_SOCKET_TIMEOUT, events: 0)
    }
  }

  /// Ends a transfer now and closes its connection (one that is shared: resets its stream); the
  /// delegate hears nothing more of it.
  ///
  /// - Returns: what was known of it.
  @discardableResult
  package func cancel(_ handle: CurlHandle) -> TransferResult? {
    guard handles.removeValue(forKey: handle.easy) != nil else { return nil }
    let result = handle.result(CURLE_ABORTED_BY_CALLBACK)
    handle.isCancelled = true
    if !multiplexes { handle.forbidReuse() }
    outside { [self] in curl_multi_remove_handle(multi, handle.easy) }
    return result
  }

  /// Reads no more of an answer; what libcurl has read already waits in it.
  package func pause(_ handle: CurlHandle) {
    guard handles[handle.easy] === handle else { return }
    curl_easy_pause(handle.easy, CURLPAUSE_RECV)
  }

  /// Goes on after `pause`, with what has waited at once.
  package func resume(_ handle: CurlHandle) {
    outside { [self] in
      guard handles[handle.easy] === handle else { return }
      inside { curl_easy_pause(handle.easy, CURLPAUSE_CONT) }
      collect()
    }
  }

  private func outside(_ work: @escaping () -> Void) {
    if isInside { deferred.append(work) } else { work() }
  }

  private func inside(_ work: () -> Void) {
    isInside = true
    work()
    isInside = false
    while !deferred.isEmpty, !isInside { deferred.removeFirst()() }
  }

  package func descriptorReady(_ descriptor: Int32, _ readiness: Readiness) {
    // Never as an error of the poll, which libcurl would report without reading: what had arrived
    // before it would be lost, and with it the reason, which the next read or write gives.
    var events: Int32 = 0
    if !readiness.isDisjoint(with: [.read, .hangUp, .peerClosed, .error]) {
      events |= CURL_CSELECT_IN
    }
    if !readiness.isDisjoint(with: [.write, .error]) { events |= CURL_CSELECT_OUT }
    act(on: descriptor, events: events)
  }

  package func timerFired(_ id: UInt64, now: Instant) {
    guard id == timer else { return }
    timer = 0
    act(on: CURL_SOCKET_TIMEOUT, events: 0)
  }

  private func act(on descriptor: Int32, events: Int32) {
    wakes.current &+= 1
    var running: Int32 = 0
    inside { curl_multi_socket_action(multi, descriptor, events, &running) }
    collect()
  }

  private func collect() {
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      var code = CURLE_OK
      guard let easy = ccurl_message_done(message, &code),
        let handle = handles.removeValue(forKey: easy)
      else { continue }
      let result = handle.result(code)
      curl_multi_remove_handle(multi, easy)
      handle.delegate.transferEnded(result)
    }
  }

  private func watch(_ descriptor: Int32, what: Int32) {
    var interest: Readiness = []
    switch what {
    case CURL_POLL_IN: interest = .read
    case CURL_POLL_OUT: interest = .write
    case CURL_POLL_INOUT: interest = [.read, .write]
    default:
      watched.remove(descriptor)
      loop.remove(descriptor)
      return
    }
    let known = !watched.insert(descriptor).inserted
    if known, (try? loop.modify(descriptor, interest)) != nil { return }
    // Not known, or a number that was closed and given out again. The kernel refuses only when it
    // is out of memory or watches; the transfer then runs into its time limit.
    try? loop.add(descriptor, interest, self)
  }

  /// libcurl waits for a connection by waiting to write and then, in a handshake, to read.
  private func noteConnection(
    _ easy: UnsafeMutableRawPointer, _ descriptor: Int32, what: Int32
  ) {
    guard what == CURL_POLL_IN || what == CURL_POLL_INOUT, let handle = handles[easy],
      handle.connectedAt == nil, Socket.isConnected(descriptor)
    else { return }
    handle.connectedAt = loop.clock.now()
  }

  private func arm(_ milliseconds: Int) {
    timer = milliseconds < 0 ? 0 : loop.schedule(self, at: deadline(after: milliseconds))
  }

  private func deadline(after milliseconds: Int) -> Instant {
    loop.clock.now() + .milliseconds(Int64(milliseconds))
  }
}

/// What libcurl this is: `libcurl/7.88.1 OpenSSL/3.0.17 …`.
package enum CurlVersion {
  package static var text: String { String(cString: curl_version()) }
}
