import ErasureDomain

/// What can be told of a private key without using it: whether libssh2 will be able to.
enum SSHPrivateKey {
  /// Why a key will not do, as the end of a sentence that names it; nil when it will.
  static func problem(in text: [UInt8]) -> String? {
    let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    guard let first = lines.firstIndex(of: "-----BEGIN OPENSSH PRIVATE KEY-----"),
      let last = lines.firstIndex(of: "-----END OPENSSH PRIVATE KEY-----"), first < last,
      let bytes = Base64.decode(lines[(first + 1)..<last].joined())
    else { return "is no OpenSSH private key; make one with ssh-keygen -t ed25519" }
    let magic = Array("openssh-key-v1".utf8) + [0]
    guard bytes.starts(with: magic) else { return "is no OpenSSH private key; make one with ssh-keygen -t ed25519" }
    var rest = bytes.dropFirst(magic.count)
    // Cipher, key derivation and its options, the number of keys, the public key, which begins with its kind.
    guard let cipher = string(&rest), string(&rest) != nil, string(&rest) != nil, number(&rest) == 1,
      var publicKey = string(&rest), let kind = string(&publicKey)
    else { return "is damaged; copy it again" }
    guard cipher.elementsEqual("none".utf8) else {
      return "has a passphrase; take it off, the credential store protects it"
    }
    let word = String(decoding: kind, as: UTF8.self)
    guard word == "ssh-ed25519" || word.hasPrefix("ecdsa-sha2-nistp") else {
      return "is of kind \(word.hasPrefix("ssh-") ? word : "unknown"); use Ed25519 or ECDSA, others are not spoken"
    }
    return nil
  }

  private static func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard rest.count >= 4 else { return nil }
    let number = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    rest = rest.dropFirst(4)
    return number
  }

  private static func string(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let count = number(&rest), count <= rest.count else { return nil }
    let string = rest.prefix(count)
    rest = rest.dropFirst(count)
    return string
  }
}
