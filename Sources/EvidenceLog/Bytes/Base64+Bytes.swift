import ErasureDomain

extension Base64 {
  /// The bytes of standard base64 that is itself given as bytes; anything but ASCII is refused with the rest.
  static func decode(bytes: some Collection<UInt8>) -> [UInt8]? {
    Array(bytes).withUnsafeBufferPointer { decode($0) }
  }
}
