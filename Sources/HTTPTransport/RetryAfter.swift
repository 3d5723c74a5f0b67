public import ErasureDomain

/// The `Retry-After` field of an answer (RFC 9110 section 10.2.3).
public enum RetryAfter {
  /// The longest wait that a server can impose, in seconds: 24 hours, the cap of our own back-off.
  public static let maximumSeconds = 86_400

  /// The seconds to wait, 0 to `maximumSeconds`; `nil` if the value is neither seconds nor an HTTP date.
  ///
  /// A date in the past means 0. Of the HTTP dates only the one that may still be sent, IMF-fixdate, is read. Its day of
  /// the week must be one, but need not agree with the date.
  public static func parse(_ value: String, now: UTCTime) -> Int? {
    let text = Array(value.utf8).trimmed
    guard !text.isEmpty else { return nil }
    if text.allSatisfy({ (0x30...0x39).contains($0) }) {
      // More digits than an Int holds are more than the maximum.
      let seconds = Int(String(decoding: text, as: UTF8.self)) ?? maximumSeconds
      return min(seconds, maximumSeconds)
    }
    guard let instant = imfFixdate(text) else { return nil }
    return Int(min(max(instant.seconds(since: now), 0), Int64(maximumSeconds)))
  }

  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`: every field at its fixed place.
  private static func imfFixdate(_ text: [UInt8]) -> UTCTime? {
    func word(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
    func number(_ range: Range<Int>) -> Int? {
      text[range].allSatisfy { (0x30...0x39).contains($0) } ? Int(word(range)) : nil
    }
    guard text.count == 29, weekdays.contains(word(0..<3)), word(3..<5) == ", ", word(25..<29) == " GMT",
      [7, 11, 16].allSatisfy({ text[$0] == 0x20 }), [19, 22].allSatisfy({ text[$0] == 0x3A }),
      let month = months.firstIndex(of: word(8..<11)), let day = number(5..<7), let year = number(12..<16),
      let hour = number(17..<19), let minute = number(20..<22), let second = number(23..<25),
      hour < 24, minute < 60, second <= 60, let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    return date.utcMidnight.adding(seconds: Int64(hour * 3_600 + minute * 60 + second))
  }
}

extension Collection<UInt8> {
  /// Without the blanks and tabs around it (RFC 9110 section 5.6.3).
  var trimmed: [UInt8] {
    let start = drop { $0 == 0x20 || $0 == 0x09 }
    return Array(Array(start.reversed().drop { $0 == 0x20 || $0 == 0x09 }).reversed())
  }
}
