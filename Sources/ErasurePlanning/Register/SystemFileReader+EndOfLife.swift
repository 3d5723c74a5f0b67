import ErasureDomain
import Yams

/// When a system ends, where its kept rows go, and what a government body must name before it destroys.
extension SystemFileReader {
  mutating func movesTo(_ members: Members, system: SystemName?) -> SystemName? {
    guard let member = members["moves-to"] else { return nil }
    guard members["retired"] != nil else {
      reader.fault(
        member.line, "\"moves-to\" stands without \"retired\"; write the day on which the system is switched off")
      return nil
    }
    guard let name = reader.name(member).flatMap(SystemName.init) else { return nil }
    guard name != system else {
      reader.fault(member.line, "\"moves-to\" names the system itself; name the one that takes its rows over")
      return nil
    }
    move = MoveUse(line: member.line, system: name)
    return name
  }

  /// Destruction outside the selection list may be unlawful for a government body (Archiefwet), so a system of one is
  /// refused without the reference.
  mutating func archive(_ members: Members, role: SystemRole?) -> ArchiveReference? {
    let government = members["government"].map { reader.boolean($0) } ?? false
    guard let government else { return nil }
    guard let member = members["archiefwet"] else {
      if government, role?.isSearched == true || role == .carrier {
        reader.fault(
          members.line,
          "the system is of a government body and lacks \"archiefwet\"; without a selection list nothing may be erased: "
            + "write archiefwet: {list: \"..\", item: \"..\"}")
      }
      return nil
    }
    guard government else {
      reader.fault(member.line, "\"archiefwet\" stands without government: true; add it, or take archiefwet out")
      return nil
    }
    let keys: [KnownKey] = [
      .required("list", "name the selection list as published"), .required("item", "name its category or item"),
    ]
    guard let parts = reader.members(of: member, what: "\"archiefwet\"", keys: keys) else { return nil }
    let list = parts["list"].flatMap { reader.text($0) }
    let item = parts["item"].flatMap { reader.text($0) }
    guard let list, let item else { return nil }
    return ArchiveReference(list: list, item: item)
  }
}
