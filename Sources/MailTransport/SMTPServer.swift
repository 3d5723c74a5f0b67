/// A server that takes mail for delivery (RFC 5321, 6409).
public struct SMTPServer: Sendable, Hashable {
  /// A name or an IPv4 address.
  public let host: String
  public let port: Int
  /// Authorities that alone are believed, PEM; nil for those of the machine.
  let authorities: [UInt8]?

  /// Reads `smtp://host:port`; nil for everything else. Without a port it is 587, for submission.
  public init?(_ url: String) { self.init(url, authorities: nil) }

  init?(_ url: String, authorities: [UInt8]?) {
    guard url.hasPrefix("smtp://") else { return nil }
    let parts = url.dropFirst("smtp://".count).split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, (1...2).contains(parts.count), !host.isEmpty, host.utf8.count <= 253,
      !host.hasPrefix("-"), host.utf8.allSatisfy(Self.isHostByte)
    else { return nil }
    var port = 587
    if parts.count == 2 {
      guard parts[1].utf8.count <= 5, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(parts[1]), (1...65_535).contains(number)
      else { return nil }
      port = number
    }
    self.host = String(host)
    self.port = port
    self.authorities = authorities
  }

  /// Whether nothing of the mail leaves the machine on its way there: only then it may go without TLS.
  public var isLocal: Bool { host == "localhost" || host == "127.0.0.1" }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
      || byte == 0x2E
  }
}

/// How handing a mail to a server ended. Holds nothing of what the server said but codes.
public enum SMTPEnding: Hashable, Sendable {
  /// The last answer: 250 has taken the mail, under this id where the server says one; 4xx and 5xx have not.
  case answered(Int, queue: String?)
  /// Nothing of the mail was sent: nobody listens, no TLS, or a certificate that is not the host's.
  case notStarted
  /// It broke off while the mail was under way: the server may have it.
  case unsure
}
