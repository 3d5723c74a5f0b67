import ErasureDomain

/// One signature line of a note: `— <key name> <base64(key id || signature)>`.
public struct NoteSignature: Hashable, Sendable {
  /// The key name.
  public let keyName: String
  /// The four bytes that tell keys of one name apart.
  public let keyID: UInt32
  /// The signature without the key id; what it holds depends on the kind of key.
  public let signature: [UInt8]

  /// A line from its parts; nothing when the name is no key name or there is no signature.
  public init?(keyName: String, keyID: UInt32, signature: [UInt8]) {
    guard NoteVerifierKey.isName(keyName), !signature.isEmpty else { return nil }
    self.keyName = keyName
    self.keyID = keyID
    self.signature = signature
  }

  /// Reads one line without its newline, as a witness answers it; nothing when it is malformed.
  public init?(line: [UInt8]) {
    guard let rest = Lines.value(of: line, after: Self.start) else { return nil }
    let parts = rest.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 2, let name = Lines.text(parts[0]), let bytes = Base64.decode(bytes: parts[1]),
      bytes.count > 4
    else { return nil }
    self.init(keyName: name, keyID: BigEndian.value(bytes.prefix(4)), signature: Array(bytes.dropFirst(4)))
  }

  /// The line without its newline.
  public var line: String {
    "\(Self.start)\(keyName) \(Base64.encode(BigEndian.bytes(keyID) + signature))"
  }

  /// Whether name and id are those of the key; no signature is checked.
  public func isBy(_ key: NoteVerifierKey) -> Bool {
    keyID == key.keyID && Lines.same(keyName, key.name)
  }

  private static let start = "\u{2014} "
}
