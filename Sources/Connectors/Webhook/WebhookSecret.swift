import Crypto
import ErasureDomain

/// A symmetric secret of Standard Webhooks 1.0: `whsec_` and the Base64 of 24 to 64 bytes.
public struct WebhookSecret: Sendable, CustomStringConvertible, CustomReflectable {
  /// What the text form begins with.
  public static let prefix = "whsec_"
  /// How many bytes a secret may have.
  public static let sizes = 24...64

  let key: SymmetricKey

  /// Reads the text form of a credential; one line end after it is allowed. Nil for anything else.
  public init?(text: [UInt8]) {
    let line = text.last == 0x0A ? text.dropLast() : text[...]
    guard line.starts(with: Self.prefix.utf8) else { return nil }
    let encoded = String(decoding: line.dropFirst(Self.prefix.utf8.count), as: UTF8.self)
    guard let bytes = Base64.decode(encoded), Self.sizes.contains(bytes.count) else { return nil }
    key = SymmetricKey(data: bytes)
  }

  /// A secret of nobody, from random bytes.
  init(forgedFrom bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

  /// Never the secret.
  public var description: String { "whsec (not shown)" }

  /// Nothing, so that `dump` and a failed test print no more than `description` does.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
