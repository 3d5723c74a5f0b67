/// Looks for a text in bytes, quickly: millions of entries are told apart by it.
enum ByteSearch {
  /// The first place of a text of at least eight bytes, from a place on.
  static func find(_ text: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    precondition(text.count >= 8, "a text of \(text.count) bytes is too short to be looked for so")
    return text.withUnsafeBytes { text in
      bytes.withUnsafeBytes { bytes in
        let first = text.loadUnaligned(as: UInt64.self)
        let last = bytes.count - text.count
        var place = start
        while place <= last {
          if bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) == first,
            bytes[place..<(place + text.count)].elementsEqual(text)
          {
            return place
          }
          place += 1
        }
        return nil
      }
    }
  }
}
