/// Reads the binary fields of SSH (RFC 4251 section 5), front to back.
struct SSHWireReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Whether every byte has been read.
  var isAtEnd: Bool { rest.isEmpty }

  /// The next bytes, or nothing when there are fewer.
  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  /// The next byte.
  mutating func byte() -> UInt8? { bytes(1)?.first }

  /// Everything that is left.
  mutating func remainder() -> [UInt8] {
    defer { rest = [] }
    return Array(rest)
  }

  /// A big-endian number of four bytes.
  mutating func uint32() -> UInt32? {
    bytes(4).map { BigEndian.value($0) }
  }

  /// A `string`: length and bytes.
  mutating func string() -> [UInt8]? {
    guard let count = uint32() else { return nil }
    return bytes(Int(count))
  }

  /// A `string` that is printable ASCII: names of types and algorithms.
  mutating func name() -> String? {
    guard let bytes = string(), bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A non-negative `mpint` of at most 32 bytes, filled up with zeros to 32; leading zeros are dropped as OpenSSH does.
  mutating func unsigned256() -> [UInt8]? {
    guard let bytes = string(), bytes.count <= 33, bytes.first.map({ $0 < 0x80 }) ?? true else { return nil }
    let digits = bytes.drop { $0 == 0 }
    guard digits.count <= 32 else { return nil }
    return [UInt8](repeating: 0, count: 32 - digits.count) + digits
  }

  /// A positive `mpint`, written the one way, without the zero that keeps its sign.
  mutating func positive() -> [UInt8]? {
    guard let bytes = string(), let first = bytes.first, first < 0x80 else { return nil }
    guard first == 0 else { return bytes }
    guard bytes.count > 1, bytes[1] >= 0x80 else { return nil }
    return Array(bytes.dropFirst())
  }
}
