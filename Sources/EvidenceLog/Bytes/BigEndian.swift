/// Unsigned integers as bytes, most significant first.
enum BigEndian {
  static func bytes(_ value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// The bytes must be at most as many as the type has.
  static func value<Value: FixedWidthInteger & UnsignedInteger>(_ bytes: some Sequence<UInt8>) -> Value {
    bytes.reduce(0) { $0 << 8 | Value($1) }
  }

  /// `u32be length || bytes`, the unit of SSH texts and of our commitments.
  static func lengthPrefixed(_ content: some Collection<UInt8>) -> [UInt8] {
    bytes(UInt32(content.count)) + content
  }
}
