import ErasureDomain

extension UTCTime {
  /// Reads an instant as tools write it (RFC 3339): with `Z` or an offset, and with a fraction, which is cut off.
  init?(rfc3339 text: String) {
    let isUTC = text.hasSuffix("Z")
    guard isUTC || text.utf8.count > 6 else { return nil }
    let (local, zone) = (text.dropLast(isUTC ? 1 : 6), text.suffix(6))
    let parts = local.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let time = UTCTime(parts[0] + "Z") else { return nil }
    if parts.count == 2 {
      guard !parts[1].isEmpty, parts[1].utf8.allSatisfy(Self.isDigit) else { return nil }
    }
    if isUTC {
      self = time
      return
    }
    let digits = zone.utf8.filter(Self.isDigit)
    guard digits.count == 4, zone.hasPrefix("+") || zone.hasPrefix("-"), zone.dropFirst(3).first == ":",
      let hours = Int64(zone.dropFirst().prefix(2)), let minutes = Int64(zone.suffix(2)), hours < 24, minutes < 60
    else { return nil }
    let offset = (hours * 60 + minutes) * 60
    self = time.adding(seconds: zone.hasPrefix("+") ? -offset : offset)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
