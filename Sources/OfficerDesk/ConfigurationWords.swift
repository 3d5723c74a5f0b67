import ErasureDomain
import EvidenceLog

/// What a change of the configuration changes: a sentence for each person, key or system, and whom or what it concerns.
struct ConfigurationWords {
  var lines: [String] = []
  var people: Set<PersonReference> = []
  var systems: Set<SystemName> = []

  // MARK: People

  static func people(_ old: PeopleConfiguration, _ new: PeopleConfiguration) -> ConfigurationWords {
    var words = ConfigurationWords()
    let before = Dictionary(old.people.persons.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.people.persons.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for (id, person) in after.sorted(by: { $0.value.name < $1.value.name }) {
      guard let earlier = before[id] else {
        words.people.insert(id)
        words.lines.append("adds \(person.name) (\(id)): \(said(person))")
        continue
      }
      let changes = differences(earlier, person)
      if !changes.isEmpty {
        words.people.insert(id)
        words.lines.append("changes \(person.name) (\(id)): \(changes.joined(separator: "; "))")
      }
    }
    for (id, person) in before.sorted(by: { $0.value.name < $1.value.name }) where after[id] == nil {
      words.people.insert(id)
      words.lines.append("removes \(person.name) (\(id)), who was \(list(person.roles.map(\.rawValue)))")
    }
    if old.people.operatorGroups != new.people.operatorGroups {
      words.lines.append(
        "changes the Unix groups of operators from \(list(old.people.operatorGroups)) to \(list(new.people.operatorGroups))"
      )
    }
    if old.approvals != new.approvals {
      words.lines.append("changes how many must sign a plan from \(old.approvals) to \(new.approvals)")
    }
    if old.waitingHours != new.waitingHours {
      words.lines.append("changes the hours after the last signature from \(old.waitingHours) to \(new.waitingHours)")
    }
    if old.requiresPIN != new.requiresPIN {
      words.lines.append(
        new.requiresPIN
          ? "demands a PIN or fingerprint of keys in hardware"
          : "demands no PIN and no fingerprint of keys in hardware any more")
    }
    return words
  }

  private static func said(_ person: Person) -> String {
    var parts = [
      list(person.roles.map(\.rawValue)), "Unix users \(list(person.userIDs))", "signs as \(list(person.principals))",
    ]
    if !person.owns.isEmpty { parts.append("owns \(list(person.owns.map(\.description)))") }
    return parts.joined(separator: ", ")
  }

  private static func differences(_ old: Person, _ new: Person) -> [String] {
    let pairs: [(String, String, String)] = [
      ("name", old.name, new.name),
      ("roles", list(old.roles.map(\.rawValue)), list(new.roles.map(\.rawValue))),
      ("Unix users", list(old.userIDs), list(new.userIDs)), ("signs as", list(old.principals), list(new.principals)),
      ("owns", list(old.owns.map(\.description)), list(new.owns.map(\.description))),
    ]
    return pairs.filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1) becomes \($0.2)" }
  }

  private static func list(_ values: some Sequence<some Comparable & CustomStringConvertible>) -> String {
    let sorted = values.sorted().map(\.description)
    return sorted.isEmpty ? "nothing" : sorted.joined(separator: ", ")
  }

  // MARK: Signers

  static func signers(_ old: AllowedSigners, _ new: AllowedSigners, _ people: People) -> ConfigurationWords {
    var words = ConfigurationWords()
    let (before, after) = (old.signers.map(Listed.init), new.signers.map(Listed.init))
    for (verb, lines) in [
      ("adds", after.filter { !before.contains($0) }), ("removes", before.filter { !after.contains($0) }),
    ] {
      for line in lines {
        words.people.formUnion(line.principals.compactMap { people.signer($0)?.id })
        words.lines.append("\(verb) \(line.words)")
      }
    }
    if words.lines.isEmpty { words.lines.append("the same keys, in other order or with other comments") }
    return words
  }

  /// What a line says, wherever it stands.
  private struct Listed: Hashable {
    let principals: [String]
    let key: SSHPublicKey
    let namespaces: [String]?
    let validAfter: UTCTime?
    let validBefore: UTCTime?

    init(_ signer: AllowedSigner) {
      principals = signer.principals
      key = signer.key
      namespaces = signer.namespaces
      validAfter = signer.validAfter
      validBefore = signer.validBefore
    }

    var words: String {
      var text = "the key \(key) of \(principals.joined(separator: ", ")) for "
      text += namespaces.map { $0.joined(separator: ", ") } ?? "every purpose"
      if let validAfter { text += ", from \(validAfter) on" }
      if let validBefore { text += ", until \(validBefore)" }
      return text
    }
  }

  // MARK: Register

  /// By the canonical JSON of both, so that what no program reads any more can still be compared.
  static func register(_ old: [UInt8], _ new: [UInt8]) -> ConfigurationWords? {
    guard let (before, after) = try? (CanonicalJSON(decoding: old), CanonicalJSON(decoding: new)) else { return nil }
    var words = ConfigurationWords()
    let (earlier, later) = (systems(before), systems(after))
    for name in Set(earlier.keys).union(later.keys).sorted() {
      guard earlier[name] != later[name] else { continue }
      if let system = SystemName(name) { words.systems.insert(system) }
      switch (earlier[name], later[name]) {
      case (nil, _): words.lines.append("adds the system \(name)")
      case (_, nil): words.lines.append("removes the system \(name)")
      case (.some(let one), .some(let other)):
        words.lines.append("changes the system \(name): \(members(one, other).joined(separator: ", "))")
      }
    }
    let (rules, others) = (before["retention"]?.object ?? [:], after["retention"]?.object ?? [:])
    for rule in Set(rules.keys).union(others.keys).sorted() where rules[rule] != others[rule] {
      let verb = rules[rule] == nil ? "adds" : others[rule] == nil ? "removes" : "changes"
      words.lines.append("\(verb) the retention rule \(rule)")
    }
    return words
  }

  private static func systems(_ register: CanonicalJSON) -> [String: CanonicalJSON] {
    let pairs = (register["systems"]?.array ?? []).compactMap { system in
      system["system"]?.string.map { ($0, system) }
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  private static func members(_ one: CanonicalJSON, _ other: CanonicalJSON) -> [String] {
    let (before, after) = (one.object ?? [:], other.object ?? [:])
    return Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }
  }
}
