/// The types of SSH keys that this library takes.
public enum SSHKeyType: String, Hashable, Sendable, CaseIterable {
  case ed25519 = "ssh-ed25519"
  case ecdsaP256 = "ecdsa-sha2-nistp256"
  case rsa = "ssh-rsa"
  case securityKeyEd25519 = "sk-ssh-ed25519@openssh.com"
  case securityKeyP256 = "sk-ecdsa-sha2-nistp256@openssh.com"
}
