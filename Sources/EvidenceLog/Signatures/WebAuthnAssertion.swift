import Crypto
import ErasureDomain

/// What a browser answers when somebody signs with a passkey (WebAuthn level 2, section 5.2.2), to be kept as an SSH
/// signature: one stored form and one verifier for page and command line.
///
/// The browser was asked with `SSHSignature.signedBytes(message:namespace:)` of SHA-512 as challenge.
public struct WebAuthnAssertion: Sendable {
  /// The key that the signer registered.
  public let key: SSHPublicKey
  /// What the signature is for.
  public let namespace: String
  /// The page on which it must have been made: `https://host[:port]`.
  public let origin: String
  /// ECDSA in DER, as the browser hands it over.
  public let signature: [UInt8]
  /// RP id's hash, flags, counter and extensions.
  public let authenticatorData: [UInt8]
  /// The JSON that the browser wrote.
  public let clientDataJSON: [UInt8]

  /// Nothing is checked before `packed`.
  public init(
    key: SSHPublicKey, namespace: String, origin: String, signature: [UInt8], authenticatorData: [UInt8],
    clientDataJSON: [UInt8]
  ) {
    self.key = key
    self.namespace = namespace
    self.origin = origin
    self.signature = signature
    self.authenticatorData = authenticatorData
    self.clientDataJSON = clientDataJSON
  }

  /// The armored signature over the message, once it holds in every part.
  ///
  /// PIN or biometry is demanded unless said otherwise: a page asks the browser for it.
  public func packed(
    signing message: [UInt8], requiresUserVerification: Bool = true
  ) throws(WebAuthnAssertionError) -> [UInt8] {
    guard case .securityKeyP256(_, let application) = key.material else { throw .wrongKeyType(key.type) }
    guard Self.isOrigin(origin) else { throw .badOrigin }
    let fields = try checkedAuthenticatorData(application, requiresUserVerification)
    try checkClientData(SSHSignature.signedBytes(message: message, namespace: namespace))
    let made =
      BigEndian.lengthPrefixed(Array(SSHSignature.webAuthnType.utf8)) + BigEndian.lengthPrefixed(try pair())
      + fields.head
      + BigEndian.lengthPrefixed(Array(origin.utf8)) + BigEndian.lengthPrefixed(clientDataJSON)
      + BigEndian.lengthPrefixed(fields.extensions)
    let blob =
      SSHSignature.magic + BigEndian.bytes(UInt32(1)) + BigEndian.lengthPrefixed(key.blob)
      + BigEndian.lengthPrefixed(Array(namespace.utf8)) + BigEndian.lengthPrefixed([])
      + BigEndian.lengthPrefixed(Array(SSHSignature.MessageHash.sha512.rawValue.utf8)) + BigEndian.lengthPrefixed(made)
    do {
      let packed = try SSHSignature(blob: blob)
      let policy = SignaturePolicy(requiresUserVerification: requiresUserVerification, origins: [origin])
      try packed.verify(message: message, namespace: namespace, policy: policy)
      // What is handed out must read again: the armor is longer than the bytes within.
      return try SSHSignature(armored: packed.armored).armored
    } catch {
      throw .signature(error)
    }
  }

  /// Printable ASCII without what JSON would escape.
  private static func isOrigin(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
  }

  /// Flags and counter as they stand in the signature, and the extensions behind them.
  private func checkedAuthenticatorData(
    _ application: String, _ requiresUserVerification: Bool
  ) throws(WebAuthnAssertionError) -> (head: [UInt8], extensions: [UInt8]) {
    guard authenticatorData.count >= 37 else { throw .badAuthenticatorData }
    guard authenticatorData.starts(with: SHA256.digest(of: Array(application.utf8))) else { throw .otherRelyingParty }
    let flags = authenticatorData[32]
    let extensions = Array(authenticatorData.dropFirst(37))
    guard flags & SecurityKeyFlags.attestedData == 0,
      (flags & SecurityKeyFlags.extensions != 0) == !extensions.isEmpty
    else { throw .badAuthenticatorData }
    guard flags & SecurityKeyFlags.touched != 0 else { throw .noTouch }
    guard !requiresUserVerification || flags & SecurityKeyFlags.verified != 0 else { throw .noUserVerification }
    return (Array(authenticatorData[32..<37]), extensions)
  }

  private func checkClientData(_ challenge: [UInt8]) throws(WebAuthnAssertionError) {
    guard Lines.text(clientDataJSON) != nil, clientDataJSON.last == 0x7D else { throw .badClientData }
    let type = Array(#"{"type":"webauthn.get","challenge":""#.utf8)
    guard clientDataJSON.starts(with: type) else { throw .badClientData }
    let signed = type + Array(Base64.encodeURLSafe(challenge).utf8) + [0x22]
    guard clientDataJSON.starts(with: signed) else { throw .otherChallenge }
    let start = SSHSignature.clientDataStart(challenge: challenge, origin: origin)
    guard clientDataJSON.starts(with: start) else { throw .otherOrigin(expected: origin) }
    // A browser says next whether the page was inside another one; older ones say nothing.
    let rest = Array(clientDataJSON.dropFirst(start.count))
    let alone = Array(#","crossOrigin":false"#.utf8)
    guard rest == [0x7D] || rest.starts(with: alone + [0x7D]) || rest.starts(with: alone + [0x2C]) else {
      throw .insideAnotherPage
    }
  }

  /// The signature as OpenSSH writes it: mpint r, mpint s.
  private func pair() throws(WebAuthnAssertionError) -> [UInt8] {
    guard let read = try? P256.Signing.ECDSASignature(derRepresentation: signature),
      Array(read.derRepresentation) == signature
    else { throw .badSignature }
    let raw = Array(read.rawRepresentation)
    return Self.mpint(raw.prefix(32)) + Self.mpint(raw.suffix(32))
  }

  private static func mpint(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let digits = bytes.drop { $0 == 0 }
    return BigEndian.lengthPrefixed((digits.first.map { $0 >= 0x80 } ?? false) ? [0] + digits : Array(digits))
  }
}

/// Why a browser's assertion is not taken.
public enum WebAuthnAssertionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The registered key is no passkey of P-256.
  case wrongKeyType(SSHKeyType)
  /// The expected page is not written as browsers write an origin.
  case badOrigin
  /// Too short, with attested data, or with flags that do not fit the extensions.
  case badAuthenticatorData
  /// Made for another RP id than the key's.
  case otherRelyingParty
  /// Nobody touched the authenticator.
  case noTouch
  /// The authenticator asked for no PIN and no biometry.
  case noUserVerification
  /// Not the JSON of `webauthn.get` as browsers must write it.
  case badClientData
  /// The browser signed another challenge than that of this text.
  case otherChallenge
  /// The browser was on another page.
  case otherOrigin(expected: String)
  /// The page was shown inside a page of somebody else.
  case insideAnotherPage
  /// Not ECDSA in DER, written the one way.
  case badSignature
  /// The finished signature does not hold.
  case signature(SSHSignatureError)

  /// What is wrong, and what to do next.
  public var description: String {
    switch self {
    case .wrongKeyType(let type): "a browser signs with a passkey, not with a key of type \(type.rawValue)"
    case .badOrigin: "the page's address is no origin; write https://host or https://host:port"
    case .badAuthenticatorData: "the authenticator's data are malformed; sign again"
    case .otherRelyingParty: "the passkey belongs to another page; register it anew on this one"
    case .noTouch: "the passkey was used without a touch; sign again and touch it"
    case .noUserVerification: "the passkey asked for no PIN and no fingerprint; set one up and sign again"
    case .badClientData: "the browser's data are malformed; sign again"
    case .otherChallenge: "the browser signed another text than this one; load the page anew and sign again"
    case .otherOrigin(let expected): "the browser was not on \(expected); open that page and sign there"
    case .insideAnotherPage: "the page was shown inside another page; open it by itself and sign again"
    case .badSignature: "the browser's signature is malformed; sign again"
    case .signature(let error): "\(error)"
    }
  }
}
