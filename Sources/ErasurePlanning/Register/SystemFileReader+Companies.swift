import ErasureDomain
import Yams

// When a company got data, and what became of one that is gone.
extension SystemFileReader {
  private static let companyKeys = ["from", "until", "ceased"]

  /// Only companies have a period and an end; a system of ours is `retired`.
  mutating func checkCompanyKeys(_ role: SystemRole, _ members: Members) {
    guard !role.isTold else { return }
    for key in Self.companyKeys {
      guard let member = members[key] else { continue }
      let roles = SystemRole.allCases.filter(\.isTold).map(\.rawValue).joined(separator: ", ")
      let advice = key == "from" ? "take it out" : "write \"retired\" for a system of ours that ends, or take it out"
      reader.fault(member.line, "\"\(key)\" is for companies that get data (\(roles)); \(advice)")
    }
  }

  /// Nothing after a fault, and where the file says nothing.
  mutating func period(_ members: Members) -> DataPeriod? {
    let from = members["from"].flatMap { reader.date($0) }
    let until = members["until"].flatMap { reader.date($0) }
    if let from, let until, until < from, let member = members["until"] {
      reader.fault(member.line, "\"until\" is before \"from\"; correct one of them")
    }
    return DataPeriod(from: from, until: until)
  }

  /// Nothing after a fault, and where the file says nothing.
  mutating func cessation(_ members: Members, system: SystemName?, connector: String?) -> Cessation? {
    guard let member = members["ceased"] else { return nil }
    let keys: [KnownKey] = [
      .required("on", "write the day from which the company does not exist any more"), .optional("successor"),
      .optional("trustee"), .optional("nobody"), .optional("why"),
    ]
    guard let parts = reader.members(of: member, what: "\"ceased\"", keys: keys) else { return nil }
    let on = parts["on"].flatMap { reader.date($0) }
    let named = ["successor", "trustee", "nobody"].compactMap { parts[$0] }
    guard named.count == 1, let one = named.first else {
      reader.fault(
        member.line,
        "\"ceased\" must say who is there in its place, once: successor: <system>, trustee: <whom to write to>, or "
          + "nobody: true with why: <text>")
      return nil
    }
    if one.key != "nobody", let why = parts["why"] {
      reader.fault(why.line, "\"why\" stands without nobody: true; take it out")
    }
    guard let remains = remains(one, parts, system: system, connector: connector), let on else { return nil }
    return Cessation(on: on, remains: remains)
  }

  private mutating func remains(
    _ member: Member, _ parts: Members, system: SystemName?, connector: String?
  ) -> Cessation.Remains? {
    switch member.key {
    case "successor":
      guard let name = reader.name(member).flatMap(SystemName.init) else { return nil }
      guard name != system else {
        reader.fault(member.line, "\"successor\" names the company itself; name the one that took over its data")
        return nil
      }
      succession = SuccessionUse(line: member.line, system: name)
      return .successor(name)
    case "trustee":
      // The company's own way in is gone with it, and a trustee gets a letter.
      if let connector, connector != SystemRecord.manualConnector {
        reader.fault(
          member.line,
          "\"ceased\" names a trustee, to whom a person writes: write connector: \(SystemRecord.manualConnector) and "
            + "settings: {instruction: ..}")
      }
      return reader.text(member).map(Cessation.Remains.trustee)
    default:
      guard reader.boolean(member) == true else {
        reader.fault(member.line, "\"nobody\" is true, or is left out")
        return nil
      }
      guard let why = parts["why"] else {
        reader.fault(
          parts.line, "\"ceased\" says that there is nobody to tell and lacks \"why\"; say why it is impossible")
        return nil
      }
      return reader.text(why).map { .nobody(why: $0) }
    }
  }
}
