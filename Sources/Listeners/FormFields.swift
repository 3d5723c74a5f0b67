/// The fields of a form as browsers send it (`application/x-www-form-urlencoded`), in UTF-8.
struct FormFields {
  /// The most fields that are read.
  static let most = 64

  let values: [String: String]

  /// Nil for a body that is no such form: a broken escape, bytes that are not UTF-8, a field that comes twice.
  init?(_ body: [UInt8]) {
    guard let pairs = Self.pairs(body, atMost: Self.most) else { return nil }
    var values: [String: String] = [:]
    for pair in pairs {
      guard values.updateValue(pair.value, forKey: pair.name) == nil else { return nil }
    }
    self.values = values
  }

  /// The fields in their order; nil for a body that is no such form, or has too many.
  static func pairs(_ body: some Collection<UInt8>, atMost most: Int) -> [(name: String, value: String)]? {
    let pairs = body.split(separator: UInt8(ascii: "&"))
    guard pairs.count <= most else { return nil }
    var values: [(name: String, value: String)] = []
    for pair in pairs {
      let parts = Array(pair).split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.text(parts[0]), let value = Self.text(parts.count > 1 ? parts[1] : []) else { return nil }
      values.append((name, value))
    }
    return values
  }

  private static func text(_ encoded: ArraySlice<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var rest = encoded
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
