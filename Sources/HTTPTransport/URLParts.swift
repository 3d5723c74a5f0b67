/// An absolute `http` or `https` URL, read strictly: what two readers could understand differently is refused.
///
/// ASCII only, a host of letters, digits, `.`, `-` and `_` or an IPv6 address in brackets, no user, no password, no
/// fragment, no backslash, every `%` followed by two hexadecimal digits (RFC 3986).
public struct URLParts: Sendable, Equatable {
  /// `http` or `https`.
  public let scheme: String
  /// The host in lower case, an IPv6 address with its brackets.
  public let host: String
  /// The port, the scheme's own where none is written.
  public let port: Int
  /// Path and query as written, at least `/`.
  public let target: String

  /// Reads an absolute URL; `nil` if it is anything else.
  public init?(_ url: String) {
    let text = Array(url.utf8)
    let scheme: String
    switch text {
    case _ where Self.starts(text, with: "https://"): scheme = "https"
    case _ where Self.starts(text, with: "http://"): scheme = "http"
    default: return nil
    }
    let rest = text.dropFirst(scheme.utf8.count + 3)
    let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
    guard let (host, port) = Self.authority(rest[..<end]), Self.isTarget(rest[end...]) else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = port ?? (scheme == "https" ? 443 : 80)
    let target = String(decoding: rest[end...], as: UTF8.self)
    self.target = target.hasPrefix("/") ? target : "/" + target
  }

  /// Scheme, host and port in one spelling, such as `https://example.org:443` (RFC 6454).
  public var origin: String { "\(scheme)://\(host):\(port)" }

  /// The origin of a URL; `nil` if the URL is not one that we read.
  public static func origin(of url: String) -> String? { URLParts(url)?.origin }

  /// Whether both are URLs that we read and share scheme, host and port. Two spellings of one address are not the same.
  public static func sameOrigin(_ one: String, _ other: String) -> Bool {
    guard let one = origin(of: one), let other = origin(of: other) else { return false }
    return one == other
  }

  /// The absolute URL that a `Location` field means, if it stays on the origin of `base`.
  ///
  /// Reads an absolute URL or an absolute path. `nil` for another origin, for `//host/…`, for a path relative to the
  /// current one, and for what `URLParts` does not read.
  public static func resolve(location: String, on base: String) -> String? {
    guard let base = URLParts(base) else { return nil }
    if location.hasPrefix("/") {
      guard !location.hasPrefix("//") else { return nil }
      let url = base.origin + location
      return URLParts(url) == nil ? nil : url
    }
    return origin(of: location) == base.origin ? location : nil
  }

  private static func starts(_ text: [UInt8], with prefix: String) -> Bool {
    let prefix = Array(prefix.utf8)
    return text.count > prefix.count && zip(text, prefix).allSatisfy { lower($0) == $1 }
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// Host and written port.
  private static func authority(_ bytes: ArraySlice<UInt8>) -> (host: String, port: Int?)? {
    let hostEnd: Int
    if bytes.first == UInt8(ascii: "[") {
      guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      hostEnd = close + 1
    } else {
      hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
    }
    let host = bytes[..<hostEnd].map(lower)
    guard isHost(host) else { return nil }
    let text = String(decoding: host, as: UTF8.self)
    if hostEnd == bytes.endIndex { return (text, nil) }
    let digits = bytes[(hostEnd + 1)...]
    guard bytes[hostEnd] == UInt8(ascii: ":"), (1...5).contains(digits.count), digits.allSatisfy(isDigit),
      let port = Int(String(decoding: digits, as: UTF8.self)), (1...65_535).contains(port)
    else { return nil }
    return (text, port)
  }

  /// Takes lower case only. 253 is the longest name of the DNS.
  private static func isHost(_ host: [UInt8]) -> Bool {
    guard (1...253).contains(host.count) else { return false }
    if host[0] == UInt8(ascii: "[") {
      return host.count >= 4 && host[host.count - 1] == UInt8(ascii: "]")
        && host.dropFirst().dropLast().allSatisfy { isHexDigit($0) || $0 == 0x3A || $0 == 0x2E }
    }
    return host.allSatisfy { isDigit($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isHexDigit(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x66).contains(lower(byte)) }

  /// `"#<>\^`{|}` are not characters of a URL; a fragment is never sent.
  private static let refused = Set("\"#<>\\^`{|}".utf8)

  private static func isTarget(_ bytes: ArraySlice<UInt8>) -> Bool {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      guard (0x21...0x7E).contains(byte), !refused.contains(byte) else { return false }
      if byte == UInt8(ascii: "%") {
        guard index + 2 < bytes.endIndex, isHexDigit(bytes[index + 1]), isHexDigit(bytes[index + 2])
        else { return false }
        index += 2
      }
      index += 1
    }
    return true
  }
}
