import Correspondence
import ErasureDomain
import ErasurePlanning
import OfficerDesk

// The people of the organisation, when they are away, and who is told what.
extension Configuration {
  static func readPeople(_ members: Members, _ reader: inout StrictReader, into result: inout Configuration) {
    var persons: [Person] = []
    for entry in members["people"].flatMap({ reader.entries(of: $0, what: "people") }) ?? [] {
      if let person = person(entry, &reader) { persons.append(person) }
    }
    for (index, person) in persons.enumerated() {
      for other in persons.dropFirst(index + 1) {
        if other.id == person.id || !other.principals.isDisjoint(with: person.principals) {
          reader.fault(nil, "people: \(person.name) and \(other.name) share an id or a principal; each needs his own")
        }
        if !result.practice, !other.userIDs.isDisjoint(with: person.userIDs) {
          reader.fault(
            nil, "people: \(person.name) and \(other.name) share a Unix user; that is for practice mode only")
        }
      }
    }
    var groups: Set<UInt32> = []
    for member in members["operator-groups"].flatMap({ reader.elements(of: $0) }) ?? [] {
      guard let name = reader.text(member) else { continue }
      guard let group = UnixNames.group(name) else {
        reader.fault(member.line, "there is no Unix group \"\(name)\"")
        continue
      }
      groups.insert(group)
    }
    result.people = People(persons: persons, operatorGroups: groups)
  }

  private static func person(_ entry: Member, _ reader: inout StrictReader) -> Person? {
    let keys: [KnownKey] = [
      .required("id", "give an opaque id: u- and 32 hexadecimal digits"), .required("roles", "give at least one role"),
      .required("unix-users", "name the Unix users he works as"), .optional("signs-as"),
      .optional("owns"), .optional("mail"), .optional("absent"),
    ]
    guard let members = reader.members(of: entry, what: "people \(entry.key)", keys: keys) else { return nil }
    guard let text = members["id"].flatMap({ reader.text($0) }), let id = PersonReference(text) else {
      reader.fault(entry.line, "people \(entry.key): the id is u- and 32 lower-case hexadecimal digits")
      return nil
    }
    let roles = members["roles"].flatMap { reader.elements(of: $0) }?.compactMap { reader.choice($0, of: Role.self) }
    var users: Set<UInt32> = []
    for member in members["unix-users"].flatMap({ reader.elements(of: $0) }) ?? [] {
      guard let name = reader.text(member) else { continue }
      guard let user = UnixNames.user(name) else {
        reader.fault(member.line, "there is no Unix user \"\(name)\" on this machine")
        continue
      }
      users.insert(user)
    }
    let principals = members["signs-as"].flatMap { reader.elements(of: $0) }?.compactMap { reader.text($0) } ?? []
    let owns = members["owns"].flatMap { reader.names($0) }?.compactMap { SystemName($0) } ?? []
    if let member = members["owns"], roles?.contains(.systemOwner) == false {
      reader.fault(member.line, "people \(entry.key): who owns systems has the role system-owner; add it to roles")
    }
    return Person(
      name: entry.key, id: id, roles: Set(roles ?? []), userIDs: users, principals: Set(principals), owns: Set(owns),
      mail: members["mail"].flatMap { address($0, &reader) },
      absent: members["absent"].map { absences($0, of: entry.key, &reader) } ?? [])
  }

  private static func address(_ member: Member, _ reader: inout StrictReader) -> MailAddress? {
    guard let text = reader.text(member) else { return nil }
    guard let address = MailAddress(text), address.address == text else {
      reader.fault(member.line, "\"mail\" is no mail address; write one such as bram@example.nl, without a name")
      return nil
    }
    return address
  }

  private static func absences(
    _ member: Member, of name: String, _ reader: inout StrictReader
  ) -> [ClosedRange<CivilDate>] {
    let keys: [KnownKey] = [
      .required("from", "write the first day, as YYYY-MM-DD"), .required("until", "write the last day, as YYYY-MM-DD"),
    ]
    var absences: [ClosedRange<CivilDate>] = []
    for element in reader.elements(of: member) ?? [] {
      guard let members = reader.members(of: element, what: "absent", keys: keys) else { continue }
      let days = ["from", "until"].compactMap { members[$0].flatMap { reader.text($0) } }.compactMap { CivilDate($0) }
      guard days.count == 2, days[0] <= days[1] else {
        reader.fault(
          element.line, "people \(name): absent is no period; write {from: 2026-07-13, until: 2026-07-31}")
        continue
      }
      absences.append(days[0]...days[1])
    }
    return absences
  }

  static func readLadder(_ member: Member, _ reader: inout StrictReader, into result: inout Configuration) {
    let names = AlarmKind.allCases.map(\.rawValue) + ["default"]
    guard let members = reader.members(of: member, what: "ladder", keys: names.map { .optional($0) }) else { return }
    var ladders: [String: [AlarmLadder.Step]] = [:]
    for name in names {
      guard let ladder = members[name] else { continue }
      let steps = (reader.elements(of: ladder) ?? []).compactMap { step($0, &reader, result) }
      let hours = steps.map(\.afterHours)
      guard !steps.isEmpty, hours == Array(Set(hours)).sorted() else {
        reader.fault(
          ladder.line,
          "ladder: the steps of \(name) begin with the earliest, and each has more after-hours than the one before; "
            + "write [{who: [bram], after-hours: 0}, {who: [chris], after-hours: 24}]")
        continue
      }
      ladders[name] = steps
    }
    let kinds = AlarmKind.allCases.compactMap { kind in ladders[kind.rawValue].map { (kind, $0) } }
    result.ladder = AlarmLadder(Dictionary(uniqueKeysWithValues: kinds), usual: ladders["default"] ?? [])
  }

  private static func step(
    _ member: Member, _ reader: inout StrictReader, _ configuration: Configuration
  ) -> AlarmLadder.Step? {
    let keys: [KnownKey] = [
      .required("who", "name people of people:"), .required("after-hours", "write hours, such as 24"),
    ]
    guard let members = reader.members(of: member, what: "a step of the ladder", keys: keys) else { return nil }
    var who: [PersonReference] = []
    for element in members["who"].flatMap({ reader.elements(of: $0) }) ?? [] {
      guard let name = reader.text(element) else { continue }
      guard let person = configuration.people.persons.first(where: { $0.name == name }) else {
        reader.fault(element.line, "ladder: nobody called \"\(name)\" is in people:; name somebody who is")
        continue
      }
      if configuration.notice.isEmpty, configuration.mail == nil || person.mail == nil {
        reader.fault(
          element.line,
          "ladder: \(name) cannot be reached; write mail: of \(name) and mail: of the configuration, or notice:")
      }
      who.append(person.id)
    }
    guard let hours = members["after-hours"].flatMap({ reader.integer($0, in: 0...8_760) }), !who.isEmpty else {
      return nil
    }
    return AlarmLadder.Step(who: who, afterHours: hours)
  }
}
