import CCurl
import Glibc

/// Which addresses a loop may dial.
public enum Reach: Sendable, Equatable {
  /// Only addresses of the public internet: for addresses that another company gave us.
  case publicOnly
  /// Private and loopback addresses and Unix sockets too: for systems that are registered as internal.
  case privateToo

  /// Whether a numeric IPv4 or IPv6 address belongs to the public internet; `nil` if it is not an address.
  ///
  /// The ranges are those of IANA's special-purpose address registries (RFC 6890).
  public static func isPublic(address: String) -> Bool? {
    var four = sockaddr_in()
    four.sin_family = sa_family_t(AF_INET)
    if inet_pton(AF_INET, address, &four.sin_addr) == 1 {
      return withUnsafePointer(to: four) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ccurl_is_public($0) != 0 }
      }
    }
    var six = sockaddr_in6()
    six.sin6_family = sa_family_t(AF_INET6)
    guard inet_pton(AF_INET6, address, &six.sin6_addr) == 1 else { return nil }
    return withUnsafePointer(to: six) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ccurl_is_public($0) != 0 }
    }
  }

  /// Whether a host as it stands in a URL says by itself, in whatever spelling, that it is not of the public internet.
  ///
  /// For names that a proxy resolves: which address it dials for them, only the proxy knows.
  public static func isNamedPrivate(host: String) -> Bool {
    if host.hasPrefix("[") { return isPublic(address: String(host.dropFirst().dropLast())) != true }
    let name = host.lowercased().drop(while: { $0 == "." })
    let labels = name.split(separator: ".")
    guard let last = labels.last else { return true }
    if last == "localhost" { return true }
    // A host that ends in a number is an IPv4 address or nothing (WHATWG URL, "ends in a number checker").
    let isNumber = last.allSatisfy(\.isNumber) || (last.hasPrefix("0x") && last.dropFirst(2).allSatisfy(\.isHexDigit))
    guard isNumber else { return false }
    var four = sockaddr_in()
    four.sin_family = sa_family_t(AF_INET)
    // It reads what resolvers read: 2130706433, 0x7f.1, 017700000001.
    guard inet_aton(labels.joined(separator: "."), &four.sin_addr) != 0 else { return true }
    return withUnsafePointer(to: four) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { ccurl_is_public($0) == 0 }
    }
  }

  /// Whether a request may be handed to its proxy, if it has one.
  ///
  /// The guard of the socket sees the addresses that we dial. With a proxy that is the proxy's, which the register names
  /// and which may be a private one; so here the target itself is asked, as far as its name tells.
  func mayAsk(_ request: HTTPRequest) -> Bool {
    guard self == .publicOnly, request.proxy != nil, let parts = URLParts(request.url) else { return true }
    return !Reach.isNamedPrivate(host: parts.host)
  }
}
