import Crypto
import ErasureDomain

/// A SHA-256 hash of the tree: 32 bytes, kept inline so that millions of them cost no allocation each.
public struct MerkleHash: Hashable, Sendable, CustomStringConvertible {
  /// The number of bytes of every hash.
  public static let byteCount = 32

  private var word0: UInt64 = 0
  private var word1: UInt64 = 0
  private var word2: UInt64 = 0
  private var word3: UInt64 = 0

  /// Nothing unless there are exactly 32 bytes.
  public init?(bytes: some Sequence<UInt8>) {
    let copy = Array(bytes)
    guard copy.count == Self.byteCount else { return nil }
    self = copy.withUnsafeBytes { Self(loading: $0) }
  }

  /// Nothing unless the text is the canonical base64 (padded, no stray bits) of 32 bytes.
  public init?(base64: String) {
    guard let bytes = Base64.decode(base64) else { return nil }
    self.init(bytes: bytes)
  }

  init(_ digest: SHA256.Digest) {
    self = digest.withUnsafeBytes { Self(loading: $0) }
  }

  /// Takes the first 32 bytes; the caller has counted them.
  init(loading raw: UnsafeRawBufferPointer) {
    precondition(raw.count >= Self.byteCount)
    word0 = raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
    word1 = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    word2 = raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
    word3 = raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
  }

  func store(into raw: UnsafeMutableRawBufferPointer, at offset: Int) {
    raw.storeBytes(of: word0, toByteOffset: offset, as: UInt64.self)
    raw.storeBytes(of: word1, toByteOffset: offset + 8, as: UInt64.self)
    raw.storeBytes(of: word2, toByteOffset: offset + 16, as: UInt64.self)
    raw.storeBytes(of: word3, toByteOffset: offset + 24, as: UInt64.self)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      store(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      count = Self.byteCount
    }
  }

  /// Padded standard base64, as in checkpoints and proofs.
  public var base64: String { Base64.encode(bytes) }

  /// Lower-case hexadecimal.
  public var hex: String { Hex.encode(bytes) }

  /// The base64.
  public var description: String { base64 }
}
