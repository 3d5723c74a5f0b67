import ErasureDomain

extension SystemFileReader {
  private static let takeAlongKeys: [KnownKey] = [
    .optional("portability"), .optional("third-party"), .optional("withheld"),
  ]

  /// Which columns the person takes along; each stands under one key.
  mutating func takeAlong(_ member: Member) -> TakeAlong? {
    guard let members = reader.members(of: member, what: "\"take-along\"", keys: Self.takeAlongKeys) else { return nil }
    var lists: [String: [String]] = [:]
    for key in Self.takeAlongKeys.map(\.name) {
      guard let list = members[key] else { continue }
      guard let columns = reader.columns(list) else { return nil }
      lists[key] = columns
    }
    guard !lists.isEmpty else {
      reader.fault(
        member.line,
        "\"take-along\" is empty; name the columns the person has provided: take-along: {portability: [email]}")
      return nil
    }
    var seen: [String: String] = [:]
    for key in lists.keys.sorted() {
      for column in lists[key] ?? [] {
        if let other = seen.updateValue(key, forKey: column), other != key {
          reader.fault(
            member.line,
            "\"take-along\" has column \"\(column)\" under \(other) and under \(key); a column of which others are part, "
              + "or that is withheld, is in no portability package")
          return nil
        }
      }
    }
    return TakeAlong(
      portability: lists["portability"] ?? [], thirdParty: lists["third-party"] ?? [],
      withheld: lists["withheld"] ?? [])
  }
}
