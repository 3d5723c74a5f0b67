/// A ZIP archive (PKWARE APPNOTE 6.3) that every system opens without a program more: files as they are, not compressed,
/// names in UTF-8.
public struct ZipArchive {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count: UInt16 = 0
  /// The most files, and the most bytes, that the format's simple form can hold.
  public static let mostFiles = 65_535
  public static let mostBytes = 4_000_000_000

  /// In the format's own form: two seconds of precision, years from 1980.
  private let time: UInt16
  private let day: UInt16

  /// Files are dated with this second of UTC.
  public init(at time: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int)) {
    self.time = UInt16(time.hour << 11 | time.minute << 5 | time.second / 2)
    day = UInt16((time.year - 1980) << 9 | time.month << 5 | time.day)
  }

  /// Adds a file; names are unique and have no `..`.
  public mutating func add(_ name: String, _ content: [UInt8]) {
    let name = Array(name.utf8)
    let offset = UInt32(bytes.count)
    // Version 2.0; bit 11: the name is UTF-8; method 0: stored.
    var header: [UInt8] = []
    Self.put([20, 0x0800, 0, time, day], to: &header)
    Self.put([Self.checksum(content), UInt32(content.count), UInt32(content.count)], to: &header)
    Self.put([UInt16(name.count), 0], to: &header)
    Self.put([0x0403_4B50 as UInt32], to: &bytes)
    bytes += header + name + content
    Self.put([0x0201_4B50 as UInt32], to: &directory)
    Self.put([20 as UInt16], to: &directory)
    directory += header
    // No comment, first disk, no attributes.
    Self.put([0, 0, 0] as [UInt16], to: &directory)
    Self.put([0, offset] as [UInt32], to: &directory)
    directory += name
    count += 1
  }

  /// The whole archive.
  public var finished: [UInt8] {
    var end: [UInt8] = []
    Self.put([0x0605_4B50 as UInt32], to: &end)
    Self.put([0, 0, count, count], to: &end)
    Self.put([UInt32(directory.count), UInt32(bytes.count)], to: &end)
    Self.put([0 as UInt16], to: &end)
    return bytes + directory + end
  }

  private static func put<Number: FixedWidthInteger>(_ numbers: [Number], to bytes: inout [UInt8]) {
    for number in numbers {
      for place in 0..<(Number.bitWidth / 8) { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place))) }
    }
  }

  private static let table: [UInt32] = (0..<256).map { index -> UInt32 in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  /// CRC-32 (ISO 3309).
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { value, byte in value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
  }
}
