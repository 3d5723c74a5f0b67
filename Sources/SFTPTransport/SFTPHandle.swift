import CCurl

/// An easy handle of libcurl with the connection it keeps. Only for the session's queue, and the session's end.
final class SFTPHandle: @unchecked Sendable {
  let server: SFTPServer
  private let easy: UnsafeMutableRawPointer?
  private let key: KeyFile?
  private let dialGuard: UnsafeMutablePointer<ccurl_dial_guard>

  init(_ server: SFTPServer, key: [UInt8]) {
    self.server = server
    self.key = KeyFile(key)
    easy = curl_easy_init()
    dialGuard = .allocate(capacity: 1)
    let isGuarded = !server.reachesPrivate
    dialGuard.initialize(to: ccurl_dial_guard(public_only: isGuarded ? 1 : 0, allowed: 0, blocked: 0, begun: 0))
  }

  deinit {
    // Not on the session's queue, but nothing of the session is left that could use it.
    if let easy { curl_easy_cleanup(easy) }
    dialGuard.deinitialize(count: 1)
    dialGuard.deallocate()
  }

  /// Carries out one call. `name` is the file, or empty for the folder.
  func perform(_ call: SFTPCall, url name: String) throws(SFTPFailure) {
    guard !call.ticket.isCancelled else { throw .interrupted }
    guard let easy, let key else { throw .other(code: Int(CURLE_OUT_OF_MEMORY.rawValue)) }
    curl_easy_reset(easy)
    var commands: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(commands) }
    let options = Options(easy: easy)
    options.setRules(server, keyPath: key.path)
    options.set(CURLOPT_URL, server.url(name))
    options.check(ccurl_set_dial_guard(easy, dialGuard))
    let context = Unmanaged.passUnretained(call).toOpaque()
    // These closures are C functions: they capture nothing and find the call through the context.
    options.check(
      ccurl_set_watch(
        easy, { context, _, _, _, _ in SFTPCall.from(context)?.ticket.isCancelled == true ? 1 : 0 }, context))
    options.check(
      ccurl_set_receivers(
        easy, { SFTPCall.from($3)?.receive(UnsafeRawBufferPointer(start: $0, count: $1 * $2)) ?? 0 },
        { _, size, count, _ in size * count }, context))
    if let sending = call.sending {
      options.check(
        ccurl_set_upload(
          easy, { SFTPCall.from($3)?.supply(UnsafeMutableRawBufferPointer(start: $0, count: $1 * $2)) ?? 0 }, context,
          curl_off_t(sending.count)))
    } else if let command = call.command {
      commands = curl_slist_append(nil, command)
      options.check(commands == nil ? CURLE_OUT_OF_MEMORY : ccurl_set_commands(easy, commands))
      // The folder is only where the URL must lead: it is not listed.
      options.set(CURLOPT_NOBODY, 1)
    }
    let code = options.code == CURLE_OK ? curl_easy_perform(easy) : options.code
    guard code == CURLE_OK else {
      let refused = dialGuard.pointee.blocked > 0 && dialGuard.pointee.allowed == 0
      throw SFTPFailure(curl: code, refused: refused, overflowed: call.overflowed)
    }
  }

  /// Sets options and keeps the first code that is not `CURLE_OK`.
  private final class Options {
    private let easy: UnsafeMutableRawPointer
    private(set) var code = CURLE_OK

    init(easy: UnsafeMutableRawPointer) { self.easy = easy }

    func check(_ result: CURLcode) {
      if code == CURLE_OK { code = result }
    }

    func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(easy, option, value)) }

    func set(_ option: CURLoption, _ value: String?) { check(ccurl_set_string(easy, option, value)) }

    func setRules(_ server: SFTPServer, keyPath: String) {
      set(CURLOPT_PROTOCOLS_STR, "sftp")
      // Empty, not absent: without it libcurl reads all_proxy, and the guard would see the proxy's address.
      set(CURLOPT_PROXY, "")
      set(CURLOPT_NOSIGNAL, 1)
      set(CURLOPT_QUICK_EXIT, 1)
      set(CURLOPT_PATH_AS_IS, 1)
      set(CURLOPT_CONNECTTIMEOUT, SFTPSession.connectSeconds)
      set(CURLOPT_TIMEOUT, SFTPSession.callSeconds)
      set(CURLOPT_USERNAME, server.user)
      set(CURLOPT_SSH_AUTH_TYPES, Int(CURLSSH_AUTH_PUBLICKEY))
      set(CURLOPT_SSH_PRIVATE_KEYFILE, keyPath)
      // Absent, so that libssh2 takes the public half out of the private key.
      set(CURLOPT_SSH_PUBLIC_KEYFILE, String?.none)
      set(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, server.hostKey)
      set(CURLOPT_NEW_FILE_PERMS, 0o640)
    }
  }
}
