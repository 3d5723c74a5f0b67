/// The most requests in a number of seconds.
public struct RequestRate: Hashable, Sendable, Codable {
  /// The most that either part can be.
  public static let mostRequests = 10_000
  public static let mostSeconds = 86_400

  public let requests: Int
  public let seconds: Int

  public init(requests: Int, seconds: Int) {
    self.requests = requests
    self.seconds = seconds
  }

  /// Reads `100/minute`, `10/second`, `5/hour` or `100/10s`, with `s`, `m`, `h` and `d`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let words = ["second": 1, "minute": 60, "hour": 3_600]
    guard parts.count == 2, let requests = Int(parts[0]), (1...Self.mostRequests).contains(requests),
      let seconds = words[String(parts[1])] ?? Self.seconds(parts[1]), (1...Self.mostSeconds).contains(seconds)
    else { return nil }
    self.init(requests: requests, seconds: seconds)
  }

  private static func seconds(_ text: Substring) -> Int? {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), number > 0 else { return nil }
    let (seconds, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : seconds
  }
}
