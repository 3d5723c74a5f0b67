import ErasureDomain

/// What a column may tell about who a row is about, guessed by its name and by the shape of a sample.
struct DraftIdentity {
  let kind: IdentifierKind
  /// For the comment beside it.
  let reason: String

  static let customerNumber = IdentifierKind(rawValue: "customer-no")
  /// Kinds that point to one person by themselves.
  static let sufficing: Set<IdentifierKind> = [
    .email, customerNumber, IdentifierKind(rawValue: "bsn"), IdentifierKind(rawValue: "username"),
  ]

  /// Words that make `email_sent_at` something else than an address.
  private static let others: Set<String> = [
    "sent", "count", "opt", "consent", "verified", "confirmed", "status", "template", "subject", "body", "type", "id",
    "date", "at", "hash",
  ]
  private static let phones: Set<String> = [
    "phone", "telephone", "telefoon", "tel", "mobile", "mobiel", "gsm", "cell", "telefoonnummer", "phonenumber",
  ]
  private static let plain: [(kind: String, names: Set<String>)] = [
    (
      "customer-no",
      ["customerno", "customernr", "customernumber", "klantnummer", "klantnr", "debtorno", "debiteurnummer"]
    ),
    ("iban", ["iban", "ibannumber", "rekeningnummer"]), ("bsn", ["bsn", "burgerservicenummer"]),
    ("username", ["username", "login", "loginname", "gebruikersnaam"]),
  ]

  /// The guess, or why a name that looks like one is not taken.
  enum Verdict {
    case taken(DraftIdentity)
    case doubtful(String)
    case none
  }

  static func verdict(on column: DatabaseOutline.Column) -> Verdict {
    guard column.shape == .text || column.shape == .number else { return .none }
    let words = DraftWords.words(column.name)
    let name = DraftWords.plain(column.name)
    let filled = column.sample?.filled ?? 0
    if column.shape == .text {
      let emails = column.sample?.emails ?? 0
      let isNamed =
        (name.contains("email") || words.contains("mail") || words.contains("emailaddress"))
        && others.isDisjoint(with: words)
      if filled >= 3, emails * 10 >= filled * 8 {
        return .taken(Self(kind: .email, reason: (isNamed ? "by name and shape" : "by shape") + of(emails, filled)))
      }
      if isNamed {
        guard filled < 5 || emails * 10 >= filled else {
          return .doubtful("named like an address, and \(filled - emails) of \(filled) values are none")
        }
        return .taken(Self(kind: .email, reason: "by name" + of(emails, filled)))
      }
    }
    if !phones.isDisjoint(with: words) || phones.contains(name), others.isDisjoint(with: words) {
      let numbers = column.sample?.phones ?? 0
      guard filled < 5 || numbers * 5 >= filled else {
        return .doubtful("named like a telephone number, and \(filled - numbers) of \(filled) values are none")
      }
      return .taken(
        Self(kind: .phone, reason: (numbers > 0 ? "by name and shape" : "by name") + of(numbers, filled)))
    }
    if let found = plain.first(where: { $0.names.contains(name) }) {
      return .taken(Self(kind: IdentifierKind(rawValue: found.kind), reason: "by name"))
    }
    return .none
  }

  private static func of(_ count: Int, _ filled: Int) -> String {
    filled == 0 ? "; no values to look at" : ", \(count) of \(filled) values in a sample"
  }
}
