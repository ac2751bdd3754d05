package import Core

/// One client's side of a gateway (RFC 9110 section 3.7): its requests in, in HTTP/1; each of them
/// out as a transfer of the driver's; the answers back, in order, every piece as it comes.
///
/// The driver carries out the actions in order and runs one transfer at a time. Requests are sent on
/// when they are complete, and at most once. An upstream that cannot be reached, or whose answer is
/// none, is answered with 502. Once the request is on its way an end is passed on as what it is: a
/// reset as a reset, a close inside the framing as a close inside the framing, never as a clean end.
package struct ReoriginationSession: Sendable {
  package enum Action: Hashable, Sendable {
    /// To the client.
    case send([UInt8])
    /// Begin a transfer.
    case begin(ForwardedRequest)
    /// End the transfer under way: connection or HTTP/2 stream are closed at once.
    case cancel
    /// FIN to the client: nothing comes after it.
    case finish
    /// RST to the client, behind everything that was sent.
    case reset
  }

  private let base: BaseURL
  private let dialect: (any Dialect)?
  private var queue = RequestQueue()
  private var answer: ForwardedResponse?
  private var isOver = false

  /// Errors of the gateway's own are written as those of `dialect`.
  package init(base: BaseURL, dialect: (any Dialect)? = Dialects.usual) {
    self.base = base
    self.dialect = dialect
  }

  /// What the client sent ahead of its answers; a driver stops reading when there is much.
  package var unreadBytes: Int { queue.unreadBytes }

  /// Bytes from the client.
  package mutating func received(_ bytes: some Collection<UInt8>) -> [Action] {
    guard !isOver else { return [] }
    queue.receive(bytes)
    return takeUp()
  }

  /// The client ended its direction. During an answer it has left: clients of HTTP close both
  /// directions at once, and one that only waits would look the same.
  package mutating func clientFinished() -> [Action] {
    guard !isOver else { return [] }
    return answer == nil ? end([.finish]) : end([.cancel, .finish])
  }

  /// A line of a head of the answer, in whatever version it came.
  package mutating func head(_ line: Span<UInt8>) -> [Action] {
    do throws(ForwardedResponse.Malformed) {
      guard let bytes = try answer?.take(line: line), !bytes.isEmpty else { return [] }
      return [.send(bytes)]
    } catch {
      return [.cancel] + fail("The upstream's answer is malformed: \(error.what).")
    }
  }

  /// Bytes of the answer's body, without transfer coding.
  package mutating func body(_ bytes: Span<UInt8>) -> [Action] {
    guard let framed = answer?.frame(bytes), !framed.isEmpty else { return [] }
    return [.send(framed)]
  }

  /// The transfer is over; `detail` says in words why it failed.
  package mutating func ended(_ how: TransportEnd, detail: String) -> [Action] {
    guard !isOver, let current = answer else { return [] }
    switch how {
    case .complete:
      guard let last = current.end else { return broken(.premature) }
      answer = nil
      let sends: [Action] = last.isEmpty ? [] : [.send(last)]
      return sends + (current.persists ? takeUp() : end([.finish]))
    case .failed(let condition):
      if current.framing != nil { return broken(condition) }
      switch condition {
      case .reset, .premature: return broken(condition)
      case .malformed: return fail("The upstream's answer is malformed: \(detail).")
      case .transportError: return fail("The upstream's answer cannot be read: \(detail).")
      default: return fail("The upstream cannot be reached: \(detail).")
      }
    }
  }

  /// Begins with the next request, if there is one and no answer is under way.
  private mutating func takeUp() -> [Action] {
    guard answer == nil, let next = queue.next() else { return [] }
    switch next {
    case .proceed: return [.send(RequestQueue.proceed)]
    case .refuse(let failure): return refuse(failure)
    case .answer(let request):
      do throws(HTTPRequestParser.Failure) {
        let forwarded = try ForwardedRequest(request, to: base)
        answer = ForwardedResponse(to: request)
        return [.begin(forwarded)]
      } catch {
        return refuse(error)
      }
    }
  }

  // MARK: Ends

  /// A failure in mid-answer. Where the close is the end of the body, only a reset is none.
  private mutating func broken(_ condition: EndCondition) -> [Action] {
    let looksWhole = answer?.framing == .untilClose
    return end([condition == .reset || looksWhole ? .reset : .finish])
  }

  private mutating func end(_ actions: [Action]) -> [Action] {
    isOver = true
    answer = nil
    queue.removeAll()
    return actions
  }

  /// 502 (RFC 9110 section 15.6.3), after which the connection goes on as it would have.
  private mutating func fail(_ message: String) -> [Action] {
    guard let current = answer, current.framing == nil else { return broken(.malformed) }
    answer = nil
    let step = ErrorStep(status: 502, type: "upstream_error", message: message)
    let sends: [Action] = [.send(local(step, current))]
    return sends + (current.persists ? takeUp() : end([.finish]))
  }

  /// Answers what cannot be read or sent on, with which the connection ends.
  private mutating func refuse(_ failure: HTTPRequestParser.Failure) -> [Action] {
    let step = ErrorStep(
      status: failure.status, type: "invalid_request_error", message: failure.message)
    return end([.send(local(step, nil)), .finish])
  }

  private func local(_ step: ErrorStep, _ current: ForwardedResponse?) -> [UInt8] {
    let body = dialect?.error(step) ?? []
    var head = AnswerHead(
      status: step.status, mediaType: "application/json", framing: .length(body.count),
      persists: current?.persists ?? false, isOldClient: current?.isOldClient ?? false
    ).bytes
    if current?.toHEAD != true { head += body }
    return head
  }
}
