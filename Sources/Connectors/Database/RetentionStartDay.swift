import ErasureDomain

/// The day on which a retention period started, read from a column.
enum RetentionStartDay {
  /// Numbers below (1973-03-03) are dates written as a number, such as 20210131, and no seconds after 1970.
  private static let leastSeconds: Int64 = 100_000_000
  private static let greatestSeconds = UTCTime.distantFuture.secondsSince1970
  /// Earlier years are a program's way to say "no date".
  private static let leastYear = 1900

  /// Whole seconds after 1970; a number that stands for something else is unreadable.
  static func day(ofSeconds seconds: Int64, clock: any CivilClock) -> CivilDate? {
    guard seconds >= leastSeconds, seconds <= greatestSeconds else { return nil }
    return plausible(clock.day(of: UTCTime(secondsSince1970: seconds)))
  }

  private static func plausible(_ day: CivilDate?) -> CivilDate? { day.flatMap { $0.year >= leastYear ? $0 : nil } }

  /// `2024-05-31`, `2024-05-31 10:00`, `2024-05-31T10:00:00.000`, the last two with `Z` or an offset.
  ///
  /// Without a zone the day is the one written; with one it is the controller's day at that instant.
  static func day(of text: String, clock: any CivilClock) -> CivilDate? { plausible(read(text, clock: clock)) }

  private static func read(_ text: String, clock: any CivilClock) -> CivilDate? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 10, let written = CivilDate(String(decoding: bytes[..<10], as: UTF8.self)) else { return nil }
    guard bytes.count > 10 else { return written }
    guard bytes[10] == 0x20 || bytes[10] == 0x54 else { return nil }
    var reader = TimeReader(bytes: bytes[11...])
    guard let time = reader.time() else { return nil }
    guard !reader.isAtEnd else { return written }
    guard let offset = reader.zone(), reader.isAtEnd else { return nil }
    return clock.day(of: written.utcMidnight.adding(seconds: Int64(time - offset)))
  }

  private struct TimeReader {
    var bytes: ArraySlice<UInt8>

    init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { bytes.isEmpty }

    private mutating func skip(_ character: UInt8) -> Bool {
      guard bytes.first == character else { return false }
      bytes.removeFirst()
      return true
    }

    private mutating func twoDigits(below limit: Int) -> Int? {
      let digits = bytes.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      bytes.removeFirst(2)
      let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return number < limit ? number : nil
    }

    /// Seconds after midnight.
    mutating func time() -> Int? {
      guard let hour = twoDigits(below: 24), skip(0x3A), let minute = twoDigits(below: 60) else { return nil }
      guard skip(0x3A) else { return hour * 3_600 + minute * 60 }
      guard let second = twoDigits(below: 61) else { return nil }
      if skip(0x2E) {
        let digits = bytes.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty else { return nil }
        bytes.removeFirst(digits.count)
      }
      return hour * 3_600 + minute * 60 + second
    }

    /// Seconds east of UTC.
    mutating func zone() -> Int? {
      if skip(0x5A) { return 0 }
      _ = skip(0x20)
      guard let sign = bytes.first, sign == 0x2B || sign == 0x2D else { return nil }
      bytes.removeFirst()
      guard let hours = twoDigits(below: 15) else { return nil }
      _ = skip(0x3A)
      let minutes = bytes.isEmpty ? 0 : twoDigits(below: 60)
      guard let minutes else { return nil }
      return (sign == 0x2B ? 1 : -1) * (hours * 3_600 + minutes * 60)
    }
  }
}
