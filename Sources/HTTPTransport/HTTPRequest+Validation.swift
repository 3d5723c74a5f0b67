extension HTTPRequest {
  /// The longest URL that is sent, in bytes.
  static let maximumURLBytes = 8_192

  /// Header fields that decide where a message ends: they follow from the body, and are never the caller's.
  private static let framing: Set<String> = ["content-length", "transfer-encoding", "expect"]

  /// Refuses what libcurl would pass on as given and a peer could read as something else.
  func validated() throws(HTTPFailure) {
    guard url.utf8.count <= Self.maximumURLBytes, URLParts(url) != nil else { throw .badURL }
    guard !method.isEmpty, method.utf8.allSatisfy(Self.isToken) else { throw .malformedRequest }
    for (name, value) in headers {
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken), !Self.framing.contains(name.lowercased()),
        value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) })
      else { throw .malformedRequest }
    }
    guard unixSocket?.utf8.contains(0) != true else { throw .malformedRequest }
    if let proxy {
      let login = [proxy.login?.user, proxy.login?.password].compactMap { $0 }
      guard proxy.origin != nil, unixSocket == nil, login.allSatisfy({ !$0.utf8.contains(0) }) else {
        throw .malformedRequest
      }
    }
  }

  /// A character of a token, RFC 9110 section 5.6.2.
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true
    default: false
    }
  }
}
