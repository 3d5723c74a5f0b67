/// The types of SSH keys that this library knows by name.
public enum SSHKeyType: String, Hashable, Sendable, CaseIterable {
  case ed25519 = "ssh-ed25519"
  case ecdsaP256 = "ecdsa-sha2-nistp256"
  case rsa = "ssh-rsa"
  case securityKeyEd25519 = "sk-ssh-ed25519@openssh.com"
  case securityKeyP256 = "sk-ecdsa-sha2-nistp256@openssh.com"

  /// Whether signatures of this type can be verified here; the others come later.
  public var isVerifiable: Bool {
    switch self {
    case .ed25519, .ecdsaP256: true
    case .rsa, .securityKeyEd25519, .securityKeyP256: false
    }
  }
}
