public import ConnectorKit

/// To whom a letter goes, how, in what language, and from whom.
public struct LetterSettings: Hashable, Sendable, Codable {
  public let language: LetterLanguage
  public let from: LetterParty
  public let to: LetterParty
  /// Where it is mailed to; nil where it is printed.
  public let mail: String?
  /// Whether it is put into the folder of letters to be printed.
  public let isPrinted: Bool

  enum CodingKeys: String, CodingKey, CaseIterable {
    case language, from, to, mail
    case isPrinted = "print"
  }

  /// Settings from code.
  public init(language: LetterLanguage, from: LetterParty, to: LetterParty, mail: String?, isPrinted: Bool = false) {
    self.language = language
    self.from = from
    self.to = to
    self.mail = mail
    self.isPrinted = isPrinted
  }

  /// Refuses a key it does not know.
  private struct StrictParty: Decodable {
    enum CodingKeys: String, CodingKey, CaseIterable {
      case name, address, mail
    }

    let party: LetterParty

    init(from decoder: any Decoder) throws {
      try decoder.refuseUnknownKeys(CodingKeys.self)
      party = try LetterParty(from: decoder)
    }
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      language: try container.decode(LetterLanguage.self, forKey: .language),
      from: try container.decode(StrictParty.self, forKey: .from).party,
      to: try container.decode(StrictParty.self, forKey: .to).party,
      mail: try container.decodeIfPresent(String.self, forKey: .mail),
      isPrinted: try container.decodeIfPresent(Bool.self, forKey: .isPrinted) ?? false)
  }

  /// The first thing that cannot work; nil where there is none.
  var problem: String? {
    guard (mail != nil) != isPrinted else { return "say how the letter goes: mail: ADDRESS, or print: true" }
    let lines = [from.name, to.name] + from.address + to.address
    guard lines.allSatisfy(Self.isLine) else {
      return "names and lines of addresses are texts of one line each, at most 200 characters"
    }
    guard !from.address.isEmpty, !to.address.isEmpty else { return "from and to need the lines of an address" }
    guard let sender = from.mail, Self.isAddress(sender) else {
      return "from needs mail: the address that answers and returned mail go to"
    }
    guard mail.map(Self.isAddress) ?? true else { return "mail is not one e-mail address in ASCII" }
    return nil
  }

  private static func isLine(_ text: String) -> Bool {
    !text.isEmpty && text.count <= 200 && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
      && text.contains { !$0.isWhitespace }
  }

  /// One address that needs no quoting in a header.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    return parts.count == 2 && text.utf8.count <= 254 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") }
      && text.utf8.allSatisfy { byte in
        byte > 0x20 && byte < 0x7F && !Array("()<>[]:;,\\\"".utf8).contains(byte)
      }
  }
}
