import ErasureDomain

/// The section `people:` of the configuration as the log names it, with what stands beside it about deciding.
public struct PeopleConfiguration: Sendable {
  /// Without addresses and absences, which decide nothing.
  public var people: People
  /// Distinct people who must sign a plan.
  public var approvals: Int
  /// Hours between the last signature and the first step.
  public var waitingHours: Int
  /// Whether a key in hardware must ask for a PIN or biometry.
  public var requiresPIN: Bool

  public init(people: People, approvals: Int, waitingHours: Int, requiresPIN: Bool) {
    self.people = people
    self.approvals = approvals
    self.waitingHours = waitingHours
    self.requiresPIN = requiresPIN
  }

  /// Canonical JSON: names, ids, roles, Unix users, principals and systems in a fixed order, the groups of operators, how
  /// many must sign, and the way back after that.
  public var bytes: [UInt8] {
    let persons = people.persons.sorted { $0.name < $1.name }.map { person in
      var members: [String: CanonicalJSON] = [
        "name": .string(person.name), "id": .string(person.id.text),
        "roles": .array(person.roles.map(\.rawValue).sorted().map { .string($0) }),
        "signs-as": .array(person.principals.sorted().map { .string($0) }),
        "unix-users": .array(person.userIDs.sorted().map { .integer(Int64($0)) }),
      ]
      // Absent where nobody owns anything, as in logs that began before there was the key.
      if !person.owns.isEmpty { members["owns"] = .array(person.owns.sorted().map { .string($0.description) }) }
      return CanonicalJSON.object(members)
    }
    let operators = CanonicalJSON.array(people.operatorGroups.sorted().map { .integer(Int64($0)) })
    var members: [String: CanonicalJSON] = [
      "people": .array(persons), "operator-groups": operators, "approvals": .integer(Int64(approvals)),
    ]
    // Absent where there is none, as in logs that began before there was the key.
    if waitingHours > 0 { members["waiting-hours"] = .integer(Int64(waitingHours)) }
    if requiresPIN { members["pin"] = .string("required") }
    return CanonicalJSON.object(members).encoded()
  }

  /// Reads what `bytes` writes; nil for anything else.
  public init?(bytes: [UInt8]) {
    guard let object = try? CanonicalJSON(decoding: bytes), let list = object["people"]?.array,
      let groups = object["operator-groups"]?.array, let approvals = object["approvals"]?.integer
    else { return nil }
    let persons = list.compactMap(Self.person)
    guard persons.count == list.count else { return nil }
    people = People(
      persons: persons, operatorGroups: Set(groups.compactMap { $0.integer.map { UInt32(clamping: $0) } }))
    self.approvals = Int(approvals)
    waitingHours = Int(object["waiting-hours"]?.integer ?? 0)
    requiresPIN = object["pin"] != nil
    guard self.bytes == bytes else { return nil }
  }

  private static func person(_ json: CanonicalJSON) -> Person? {
    guard let name = json["name"]?.string, let id = json["id"]?.string.flatMap({ PersonReference($0) }) else {
      return nil
    }
    func texts(_ key: String) -> [String] { (json[key]?.array ?? []).compactMap(\.string) }
    return Person(
      name: name, id: id, roles: Set(texts("roles").compactMap { Role(rawValue: $0) }),
      userIDs: Set((json["unix-users"]?.array ?? []).compactMap { $0.integer.map { UInt32(clamping: $0) } }),
      principals: Set(texts("signs-as")), owns: Set(texts("owns").compactMap { SystemName($0) }))
  }

  /// These people, with the addresses and absences that the configuration says now.
  public func reached(as configured: People) -> PeopleConfiguration {
    var result = self
    result.people = People(
      persons: people.persons.map { person in
        guard let now = configured.persons.first(where: { $0.id == person.id }) else { return person }
        return Person(
          name: person.name, id: person.id, roles: person.roles, userIDs: person.userIDs,
          principals: person.principals, owns: person.owns, mail: now.mail, absent: now.absent)
      }, operatorGroups: people.operatorGroups)
    return result
  }
}
