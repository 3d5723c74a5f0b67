import CCurl

/// One request under way on one easy handle, and what has come back so far. Only for the thread of its loop.
final class Transfer {
  let order: HTTPOrder
  let easy: UnsafeMutableRawPointer
  private let dialGuard: UnsafeMutablePointer<ccurl_dial_guard>
  private let firstByteDeadline: MonotonicTime
  private var headerList: UnsafeMutablePointer<curl_slist>?

  private var headers: [(name: String, value: String)] = []
  private var headerBytes = 0
  private var body: [UInt8] = []
  private var hasFirstByte = false
  /// The header section of the final answer has ended: what follows in the same shape is a trailer.
  private var headersEnded = false
  private var overflowed = false

  init(order: HTTPOrder, easy: UnsafeMutableRawPointer, reach: Reach) {
    self.order = order
    self.easy = easy
    dialGuard = .allocate(capacity: 1)
    // A proxy is dialled because the register names it, wherever it is; `Reach.mayAsk` has looked at the target.
    let isGuarded = reach == .publicOnly && order.request.proxy == nil
    dialGuard.initialize(to: ccurl_dial_guard(public_only: isGuarded ? 1 : 0, allowed: 0, blocked: 0, begun: 0))
    firstByteDeadline = MonotonicTime.now.adding(seconds: HTTPLimits.bounded(order.request.limits.firstByteSeconds))
  }

  deinit {
    dialGuard.deinitialize(count: 1)
    dialGuard.deallocate()
  }

  /// When the loop has to look at this transfer although libcurl reports nothing.
  var nextDeadline: MonotonicTime {
    hasFirstByte ? order.deadline : min(firstByteDeadline, order.deadline)
  }

  /// Whether any byte of the request left, on whichever connection.
  var hasSent: Bool {
    // What goes to the proxy counts as bytes of the request, and is none of it.
    if order.request.proxy != nil { return dialGuard.pointee.begun > 0 }
    var bytes = 0
    return ccurl_get_long(easy, CURLINFO_REQUEST_SIZE, &bytes) == CURLE_OK && bytes > 0
  }

  /// Sets every option; the first code that is not `CURLE_OK` ends the attempt.
  func configure() -> CURLcode {
    let options = Options(easy: easy)
    options.setRules()
    options.setLimits(order.request.limits, deadline: order.deadline)
    options.setTarget(order.request)
    options.setProxy(order.request)
    options.setTrust(order.request)
    headerList = options.setMessage(order.request)
    options.check(ccurl_set_dial_guard(easy, dialGuard))
    let context = Unmanaged.passUnretained(self).toOpaque()
    // These closures are C functions: they capture nothing and find this object through the context.
    options.check(
      ccurl_set_receivers(
        easy, { Transfer.from($3)?.receive(body: Transfer.bytes($0, $1, $2)) ?? 0 },
        { Transfer.from($3)?.receive(header: Transfer.bytes($0, $1, $2)) ?? 0 }, context))
    return options.code
  }

  /// The answer, or why there is none, once libcurl has ended the transfer.
  func answer(after code: CURLcode) -> HTTPOrder.Answer {
    guard code == CURLE_OK else {
      var tunnel: Int?
      if order.request.proxy != nil, !hasSent {
        var status = 0
        ccurl_get_long(easy, CURLINFO_HTTP_CONNECTCODE, &status)
        tunnel = status
      }
      let refused = dialGuard.pointee.blocked > 0 && dialGuard.pointee.allowed == 0
      return .failure(HTTPFailure(curl: code, sent: hasSent, overflowed: overflowed, refused: refused, tunnel: tunnel))
    }
    var status = 0
    ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
    return .success(HTTPResponse(status: status, headers: headers, body: body))
  }

  /// Takes every option off the handle, so that nothing of this request is left for the next one.
  func release() {
    curl_easy_reset(easy)
    curl_slist_free_all(headerList)
    headerList = nil
  }

  // MARK: Receiving

  private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func bytes(
    _ start: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int
  ) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: size * count)
  }

  /// Returns the number of bytes taken; any other number than was offered ends the transfer.
  private func receive(body bytes: UnsafeRawBufferPointer) -> Int {
    hasFirstByte = true
    guard bytes.count <= order.request.limits.bodyBytes - body.count else {
      overflowed = true
      return 0
    }
    body.append(contentsOf: bytes)
    return bytes.count
  }

  private func receive(header line: UnsafeRawBufferPointer) -> Int {
    hasFirstByte = true
    guard !headersEnded else { return line.count }
    headerBytes += line.count
    guard headerBytes <= HTTPLimits.headerBytes else {
      overflowed = true
      // A header callback may not be offered 0 bytes, so 0 always differs.
      return 0
    }
    let text = line.prefix { $0 != 0x0D && $0 != 0x0A }
    if text.starts(with: "HTTP/".utf8) {
      headers = []
    } else if text.isEmpty {
      // The status is the final one unless it is informational; `headers` then starts again with the next line.
      var status = 0
      ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
      headersEnded = status >= 200
    } else if let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex {
      let name = String(decoding: text[..<colon], as: UTF8.self)
      headers.append((name, String(decoding: text[(colon + 1)...].trimmed, as: UTF8.self)))
    }
    return line.count
  }
}
