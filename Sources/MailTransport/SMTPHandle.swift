import CCurl

/// An easy handle of libcurl for one mail. Only for the session's queue.
final class SMTPHandle {
  private let server: SMTPServer
  private let easy: UnsafeMutableRawPointer?
  private var code = CURLE_OK

  init(_ server: SMTPServer) {
    self.server = server
    easy = curl_easy_init()
  }

  deinit {
    if let easy { curl_easy_cleanup(easy) }
  }

  func perform(_ call: SMTPCall, from: String, to: String, login: (user: String, password: String)?) -> SMTPEnding {
    guard !call.ticket.isCancelled, let easy, let recipients = curl_slist_append(nil, "<\(to)>") else {
      return .notStarted
    }
    defer { curl_slist_free_all(recipients) }
    setRules(easy)
    set(CURLOPT_URL, "smtp://\(server.host):\(server.port)")
    set(CURLOPT_MAIL_FROM, "<\(from)>")
    check(ccurl_set_recipients(easy, recipients))
    if let login {
      set(CURLOPT_USERNAME, login.user)
      set(CURLOPT_PASSWORD, login.password)
    }
    let context = Unmanaged.passUnretained(call).toOpaque()
    // These closures are C functions: they capture nothing and find the call through the context.
    check(
      ccurl_set_watch(
        easy, { context, _, _, _, _ in SMTPCall.from(context)?.ticket.isCancelled == true ? 1 : 0 }, context))
    check(
      ccurl_set_receivers(
        easy, { _, size, count, _ in size * count },
        { bytes, size, count, context in
          SMTPCall.from(context)?.hear(UnsafeRawBufferPointer(start: bytes, count: size * count))
          return size * count
        }, context))
    check(
      ccurl_set_upload(
        easy, { SMTPCall.from($3)?.supply(UnsafeMutableRawBufferPointer(start: $0, count: $1 * $2)) ?? 0 }, context, -1)
    )
    guard code == CURLE_OK else { return .notStarted }
    let ended = curl_easy_perform(easy)
    var answer = 0
    let isKnown = ccurl_get_long(easy, CURLINFO_RESPONSE_CODE, &answer) == CURLE_OK
    if ended == CURLE_OK { return .answered(isKnown ? answer : 250, queue: call.queue) }
    if isKnown, answer >= 400 { return .answered(answer, queue: nil) }
    return call.hasBegun ? .unsure : .notStarted
  }

  private func setRules(_ easy: UnsafeMutableRawPointer) {
    set(CURLOPT_PROTOCOLS_STR, "smtp")
    // Empty, not absent: without it libcurl reads all_proxy.
    set(CURLOPT_PROXY, "")
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT, SMTPSession.connectSeconds)
    set(CURLOPT_TIMEOUT, SMTPSession.mailSeconds)
    set(CURLOPT_USE_SSL, Int(server.isLocal ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    if let authorities = server.authorities {
      check(authorities.withUnsafeBytes { ccurl_set_blob(easy, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count) })
    }
  }

  private func check(_ result: CURLcode) {
    if code == CURLE_OK { code = result }
  }

  private func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(easy, option, value)) }

  private func set(_ option: CURLoption, _ value: String) { check(ccurl_set_string(easy, option, value)) }
}
