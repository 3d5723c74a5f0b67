import CCurl

extension HTTPFailure {
  /// What a code of libcurl means to a caller that must know whether its request may have arrived.
  ///
  /// - Parameters:
  ///   - code: What libcurl answered.
  ///   - sent: Whether any byte of the request left on any connection of this transfer.
  ///   - overflowed: Whether one of our own callbacks stopped the transfer because of a limit.
  ///   - refused: Whether the guard refused every address that was tried.
  ///   - tunnel: What the request's proxy answered to CONNECT, 0 when nothing; nil without a proxy, and once the request
  ///     itself had begun.
  init(curl code: CURLcode, sent: Bool, overflowed: Bool, refused: Bool, tunnel: Int? = nil) {
    switch code {
    case _ where tunnel.map { $0 >= 300 } == true: self = .proxyRefused(status: tunnel ?? 0)
    case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
      self = tunnel == 0 ? .proxyUnreachable : Self.broken(code, sent: sent, refused: refused)
    case _ where overflowed: self = .tooLarge
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut(sent: sent)
    case CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM: self = .connectionLost(sent: sent)
    case _ where Self.whileConnecting.contains(code.rawValue): self = Self.broken(code, sent: sent, refused: refused)
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      // Also the code for an answer that is not HTTP/1 or 2, hence the question whether we had sent.
      self = sent ? .other(code: Int(code.rawValue), sent: true) : .badURL
    default: self = .other(code: Int(code.rawValue), sent: sent)
    }
  }

  /// A connection that did not come about, or ended.
  private static func broken(_ code: CURLcode, sent: Bool, refused: Bool) -> HTTPFailure {
    guard whileConnecting.contains(code.rawValue) else { return .connectionLost(sent: sent) }
    // libcurl sends again by itself when a kept connection was dead. What failed to connect is then the second try, and
    // the first may have arrived.
    return sent ? .connectionLost(sent: true) : connecting(code, refused: refused)
  }

  private static let tls: Set<UInt32> = Set(
    [
      CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT,
    ].map(\.rawValue))

  private static let whileConnecting = tls.union(
    [CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT].map(\.rawValue))

  private static func connecting(_ code: CURLcode, refused: Bool) -> HTTPFailure {
    if tls.contains(code.rawValue) { return .tlsFailed }
    return refused ? .refusedByPolicy : .couldNotConnect
  }
}
