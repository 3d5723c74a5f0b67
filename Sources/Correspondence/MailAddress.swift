/// An address that a mail may go to.
public struct MailAddress: Hashable, Sendable {
  /// The address alone, ASCII: `ada@example.org`.
  public let address: String

  /// Reads a text that is an address, alone or as `Name <address>`; nil for everything else, also for several.
  ///
  /// Strict: what goes into a header and to a server may end no line and begin no option.
  public init?(_ text: String) {
    var text = text[...].drop(while: \.isWhitespace)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    if text.hasSuffix(">") {
      guard let open = text.lastIndex(of: "<") else { return nil }
      let name = text[..<open]
      guard !name.contains(where: { $0 == "<" || $0 == ">" || $0 == "@" || $0 == "," || $0.isNewline }) else {
        return nil
      }
      text = text[text.index(after: open)...].dropLast()
    }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 254, Self.isLocal(parts[0]), Self.isHost(parts[1]) else { return nil }
    address = String(text)
  }

  /// The dot-atom of RFC 5322.
  private static func isLocal(_ text: Substring) -> Bool {
    text.utf8.count <= 64 && !text.hasPrefix("-")
      && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty && part.utf8.allSatisfy { isLetterOrDigit($0) || Array("!#$%&'*+-/=?^_`{|}~".utf8).contains($0) }
      }
  }

  private static func isHost(_ text: Substring) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
