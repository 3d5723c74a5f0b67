import CCurl

extension HTTPFailure {
  /// What a code of libcurl means to a caller that must know whether its request may have arrived.
  ///
  /// - Parameters:
  ///   - code: What libcurl answered.
  ///   - sent: Whether any byte of the request left on any connection of this transfer.
  ///   - overflowed: Whether one of our own callbacks stopped the transfer because of a limit.
  ///   - refused: Whether the guard refused every address that was tried.
  init(curl code: CURLcode, sent: Bool, overflowed: Bool, refused: Bool) {
    switch code {
    case _ where overflowed: self = .tooLarge
    case CURLE_FILESIZE_EXCEEDED: self = .tooLarge
    case CURLE_OPERATION_TIMEDOUT: self = .timedOut(sent: sent)
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      self = .connectionLost(sent: sent)
    case _ where Self.whileConnecting.contains(code.rawValue):
      // libcurl sends again by itself when a kept connection was dead. What failed to connect is then the second try,
      // and the first may have arrived.
      self = sent ? .connectionLost(sent: true) : Self.connecting(code, refused: refused)
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      // Also the code for an answer that is not HTTP/1 or 2, hence the question whether we had sent.
      self = sent ? .other(code: Int(code.rawValue), sent: true) : .badURL
    default: self = .other(code: Int(code.rawValue), sent: sent)
    }
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
