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
}
