import CCurl

extension Transfer {
  /// Sets options on a handle and keeps the first code that is not `CURLE_OK`.
  final class Options {
    private let easy: UnsafeMutableRawPointer
    private(set) var code = CURLE_OK

    init(easy: UnsafeMutableRawPointer) {
      self.easy = easy
    }

    func check(_ result: CURLcode) {
      if code == CURLE_OK { code = result }
    }

    private func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(easy, option, value)) }

    private func set(_ option: CURLoption, _ value: String?) { check(ccurl_set_string(easy, option, value)) }

    private func set(_ option: CURLoption, _ bytes: [UInt8]) {
      check(bytes.withUnsafeBytes { ccurl_set_blob(easy, option, $0.baseAddress, $0.count) })
    }

    /// What holds for every request.
    func setRules() {
      set(CURLOPT_PROTOCOLS_STR, "http,https")
      set(CURLOPT_FOLLOWLOCATION, 0)
      // Empty, not absent: without them libcurl reads http_proxy and its like, and the guard would see the proxy's
      // address; and no_proxy, which would take a request past the proxy that the register names.
      set(CURLOPT_PROXY, "")
      set(CURLOPT_NOPROXY, "")
      set(CURLOPT_NOSIGNAL, 1)
      // Otherwise removing a transfer waits for its name lookup, and with it every other transfer of the loop.
      set(CURLOPT_QUICK_EXIT, 1)
      set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
      // The path goes out as signed and approved, with no dot segment taken out.
      set(CURLOPT_PATH_AS_IS, 1)
      set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
      set(CURLOPT_SSL_VERIFYPEER, 1)
      set(CURLOPT_SSL_VERIFYHOST, 2)
    }

    func setLimits(_ limits: HTTPLimits, deadline: MonotonicTime) {
      set(CURLOPT_CONNECTTIMEOUT_MS, HTTPLimits.bounded(limits.connectSeconds) * 1_000)
      // 0 would mean no limit.
      set(CURLOPT_TIMEOUT_MS, max(deadline.milliseconds(from: MonotonicTime.now), 1))
    }

    func setTarget(_ request: HTTPRequest) {
      set(CURLOPT_URL, request.url)
      if let path = request.unixSocket { set(CURLOPT_UNIX_SOCKET_PATH, path) }
      if request.onFreshConnection { set(CURLOPT_FRESH_CONNECT, 1) }
    }

    /// The proxy that the request names, always by CONNECT, so that it never has the content of what it passes on.
    func setProxy(_ request: HTTPRequest) {
      guard let proxy = request.proxy, let origin = proxy.origin else { return }
      set(CURLOPT_PROXY, origin)
      set(CURLOPT_HTTPPROXYTUNNEL, 1)
      // Our header fields are for the target; what the proxy answers is not the target's answer.
      set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
      set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
      set(CURLOPT_PROXY_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
      set(CURLOPT_PROXY_SSL_VERIFYPEER, 1)
      set(CURLOPT_PROXY_SSL_VERIFYHOST, 2)
      guard let login = proxy.login else { return }
      set(CURLOPT_PROXYAUTH, ccurl_auth_basic)
      set(CURLOPT_PROXYUSERNAME, login.user)
      set(CURLOPT_PROXYPASSWORD, login.password)
    }

    func setTrust(_ request: HTTPRequest) {
      if case .authorities(let pem) = request.trust {
        set(CURLOPT_CAINFO_BLOB, pem)
        // Debian's libcurl also believes what lies in /etc/ssl/certs unless the folder is taken away.
        set(CURLOPT_CAPATH, String?.none)
      }
      if let certificate = request.clientCertificate {
        set(CURLOPT_SSLCERT_BLOB, certificate.certificate)
        set(CURLOPT_SSLKEY_BLOB, certificate.key)
      }
    }

    /// Sets method, header fields and body. Returns the list of fields, which must outlive the transfer.
    func setMessage(_ request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
      let body = request.body ?? (["POST", "PUT", "PATCH"].contains(request.method) ? [] : nil)
      if let body {
        check(body.withUnsafeBytes { ccurl_set_body(easy, $0.baseAddress, $0.count) })
      } else if request.method == "HEAD" {
        set(CURLOPT_NOBODY, 1)
      } else {
        set(CURLOPT_HTTPGET, 1)
      }
      set(CURLOPT_CUSTOMREQUEST, request.method)
      if request.method != "HEAD" {
        // Stops an answer that announces too much before it is read; the write callback stops all others. An answer to
        // HEAD announces what it does not send.
        check(ccurl_set_offset(easy, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(request.limits.bodyBytes, 1))))
      }
      // `Expect: 100-continue` costs a second with servers that do not know it.
      var lines = ["Expect:"]
      if body != nil, !request.headers.contains(where: { $0.0.lowercased() == "content-type" }) {
        // Otherwise libcurl calls every body a web form.
        lines.append("Content-Type:")
      }
      lines += request.headers.map { $0.1.isEmpty ? "\($0.0);" : "\($0.0): \($0.1)" }
      var list: UnsafeMutablePointer<curl_slist>?
      for line in lines {
        guard let longer = curl_slist_append(list, line) else {
          check(CURLE_OUT_OF_MEMORY)
          break
        }
        list = longer
      }
      check(ccurl_set_headers(easy, list))
      return list
    }
  }
}
