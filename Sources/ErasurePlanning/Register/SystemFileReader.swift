import ErasureDomain
import Yams

/// Reads one file that describes one system.
struct SystemFileReader {
  /// Connectors that read tables.
  static let databaseConnectors = ["sqlite", "postgresql"]
  /// The most jobs that may run in one system at the same time.
  static let maximumConcurrency = 64

  /// A retention rule that the file names, and where.
  struct RuleUse {
    let line: Int
    let dataset: String
    let rule: String
  }

  /// A system that the file says its kept rows move to, and where.
  struct MoveUse {
    let line: Int
    let system: SystemName
  }

  /// A company that the file names as successor, and where.
  struct SuccessionUse {
    let line: Int
    let system: SystemName
  }

  /// A backup system that the file names, and where.
  struct CopyUse {
    let line: Int
    let copy: CopyDeclaration
  }

  /// A system with what can only be checked when the other files are known.
  struct Result {
    let record: SystemRecord
    let path: String
    let rules: [RuleUse]
    let copies: [CopyUse]
    let move: MoveUse?
    let succession: SuccessionUse?
  }

  var reader: StrictReader
  let catalogue: HTTPCatalogue
  var rules: [RuleUse] = []
  var copies: [CopyUse] = []
  var move: MoveUse?
  var succession: SuccessionUse?

  private static let keys: [KnownKey] = [
    .required("register", "write register: 1"),
    .required("system", "give it the short name of the system, which is also the file's name"),
    .required("name", "write what people call the system"),
    .required("role", "allowed: " + SystemRole.allCases.map(\.rawValue).joined(separator: ", ")),
    .required("owner", "name the role or department that answers for the system"),
    .required("subjects", "list the capacities in which it knows people: customer, employee, applicant, contact"),
    .required("connector", "name the kind of connector, for example sqlite, webhook or manual-task"),
    .optional("settings"), .optional("identifiers"), .optional("datasets"), .optional("blockers"),
    .optional("copies"), .optional("concurrency"), .optional("retired"), .optional("moves-to"),
    .optional("government"), .optional("archiefwet"), .optional("last-look"), .optional("hours"),
    .optional("from"), .optional("until"), .optional("ceased"), .optional("category"),
  ]

  static func read(
    _ file: RegisterFile, catalogue: HTTPCatalogue = HTTPCatalogue()
  ) -> (value: Result?, faults: [RegisterFault]) {
    StrictReader.reading(file) { reader, root in
      var system = SystemFileReader(reader: reader, catalogue: catalogue)
      let record = system.record(root, stem: file.stem)
      reader = system.reader
      return record.map {
        Result(
          record: $0, path: file.path, rules: system.rules, copies: system.copies, move: system.move,
          succession: system.succession)
      }
    }
  }

  private mutating func record(_ root: Member, stem: String) -> SystemRecord? {
    guard let members = reader.members(of: root, what: "the system", keys: Self.keys) else { return nil }
    _ = members["register"].flatMap { reader.integer($0, in: 1...1) }
    let name = members["system"].flatMap { system($0, stem: stem) }
    let title = members["name"].flatMap { reader.text($0) }
    let role = members["role"].flatMap { reader.choice($0, of: SystemRole.self) }
    let owner = members["owner"].flatMap { reader.text($0) }
    let subjects = members["subjects"].flatMap { capacities($0) }
    let connector = members["connector"].flatMap { reader.name($0) }
    let http = connector == Self.httpConnector ? httpSystem(members) : nil
    let settings =
      connector == Self.httpConnector
      ? http?.settings : members["settings"].map { reader.settings($0) } ?? .object([:])
    let identifiers = members["identifiers"].map { reader.names($0) } ?? []
    let datasets = members["datasets"].map { self.datasets($0) } ?? http?.datasets ?? []
    let blockers = members["blockers"].map { self.blockers($0, datasets: datasets) } ?? []
    let copies = members["copies"].map { copyDeclarations($0) } ?? []
    let concurrency = members["concurrency"].map { reader.integer($0, in: 1...Self.maximumConcurrency) } ?? 1
    let retired = members["retired"].flatMap { reader.date($0) }
    let movesTo = movesTo(members, system: name)
    let archive = archive(members, role: role)
    let lastLook = members["last-look"].map { reader.choice($0, of: LastLookKind.self) }
    let hours = members["hours"].map { self.hours($0) } ?? .some(nil)
    let got = period(members)
    let ceased = cessation(members, system: name, connector: connector)
    let category = members["category"].map { reader.name($0) }
    if let role, let connector { checkNeeds(of: role, connector: connector, members) }
    guard let name, let title, let role, let owner, let subjects, let connector, let settings, let identifiers,
      let datasets, let blockers, let copies, let concurrency, let hours, lastLook != .some(nil),
      category != .some(nil)
    else { return nil }
    return SystemRecord(
      system: name, title: title, role: role, owner: owner, subjects: subjects, connector: connector,
      settings: settings, identifiers: identifiers.map(IdentifierKind.init(rawValue:)), datasets: datasets,
      blockers: blockers, copies: copies, concurrency: concurrency, retired: retired, movesTo: movesTo,
      archive: archive, lastLook: lastLook ?? nil, hours: hours, got: got, ceased: ceased,
      category: category ?? nil)
  }

  /// What one role or connector demands and another does not.
  private mutating func checkNeeds(of role: SystemRole, connector: String, _ members: Members) {
    if role == .own, members["copies"] == nil {
      reader.fault(
        members.line,
        "the system lacks \"copies\"; list its copies, or write copies: {none: {said-by: <role>, on: <date>}}")
    }
    if role.isTold, members["identifiers"] == nil {
      reader.fault(
        members.line,
        "the system lacks \"identifiers\"; list the kinds by which the \(role.rawValue) knows a person")
    }
    checkCompanyKeys(role, members)
    if connector == Self.httpConnector, !role.isSearched {
      reader.fault(
        members["role"]?.line,
        "\"role\" is \(role.rawValue), and connector http searches and erases by itself; write own (also for a service "
          + "that others run for us) or copy, or tell the company by another connector")
    }
    if let hours = members["hours"], !(role.isSearched && connector != SystemRecord.manualConnector) {
      reader.fault(hours.line, "\"hours\" are for systems in which rows are erased by us; take them out")
    }
    // Without datasets it is a database nobody has described yet: no plan is made over it (obstacle `no-datasets`).
    if let lastLook = members["last-look"], !Self.databaseConnectors.contains(connector) {
      reader.fault(
        lastLook.line,
        "\"last-look\" is for databases (\(Self.databaseConnectors.joined(separator: ", "))); take it out")
    }
  }

  private mutating func system(_ member: Member, stem: String) -> SystemName? {
    guard let text = reader.name(member), let name = SystemName(text) else { return nil }
    guard text == stem else {
      reader.fault(member.line, "\"system\" is \"\(text)\" and the file is \(stem).yaml; give both one name")
      return nil
    }
    return name
  }

  private mutating func capacities(_ member: Member) -> [Capacity]? {
    guard let elements = reader.elements(of: member) else { return nil }
    guard !elements.isEmpty else {
      reader.fault(member.line, "\"subjects\" is empty; list customer, employee, applicant or contact")
      return nil
    }
    var capacities: [Capacity] = []
    for element in elements {
      guard let capacity = reader.choice(element, of: Capacity.self) else { continue }
      if capacities.contains(capacity) {
        reader.fault(element.line, "\"subjects\" names \"\(capacity.rawValue)\" twice; take one out")
      } else {
        capacities.append(capacity)
      }
    }
    return capacities
  }

  // MARK: Copies

  private mutating func copyDeclarations(_ member: Member) -> [CopyDeclaration]? {
    if case .mapping = member.node { return noCopies(member) }
    guard case .sequence = member.node, let elements = reader.elements(of: member), !elements.isEmpty else {
      reader.fault(
        member.line,
        "\"copies\" must list copies, or say copies: {none: {said-by: <role>, on: <date>}}")
      return nil
    }
    return elements.compactMap { element in copyDeclaration(element) }
  }

  private mutating func copyDeclaration(_ element: Member) -> CopyDeclaration? {
    let keys: [KnownKey] = [
      .required("set", "name the set of copies"),
      .required("kind", "say what it is: " + CopyKind.allCases.map(\.rawValue).joined(separator: ", ")),
      .required("system", "name the system of the register that looks after it"), .optional("keeps-days"),
      .optional("cycle"), .optional("place"), .optional("encryption"),
    ]
    guard let members = reader.members(of: element, what: "a copy", keys: keys) else { return nil }
    let keeps = members["keeps-days"].map { keepsDays($0) }
    let set = members["set"].flatMap { reader.name($0) }
    let kind = members["kind"].flatMap { reader.choice($0, of: CopyKind.self) }
    if kind == .backup { requireBackupFacts(members) }
    let system = members["system"].flatMap { reader.name($0) }.flatMap(SystemName.init)
    let texts = ["cycle", "place", "encryption"].map { key in members[key].map { reader.text($0) } }
    guard let set, let kind, let system, keeps != .some(nil), !texts.contains(.some(nil)) else { return nil }
    let copy = CopyDeclaration(
      set: set, kind: kind, system: system, keepsDays: keeps ?? nil, cycle: texts[0] ?? nil, place: texts[1] ?? nil,
      encryption: texts[2] ?? nil)
    copies.append(CopyUse(line: members["system"]?.line ?? element.line, copy: copy))
    return copy
  }

  /// What whoever asks must be told of a backup (requirements H1); how its end is proven says the system that keeps it.
  private mutating func requireBackupFacts(_ members: Members) {
    let wanted = [
      ("keeps-days", "after how many days it is gone"), ("cycle", "how often one is made"),
      ("place", "where they lie"), ("encryption", "how they are encrypted, or none"),
    ]
    for (key, meaning) in wanted where members[key] == nil {
      reader.fault(members.line, "a copy of kind backup lacks \"\(key)\"; write \(meaning), as its owner says")
    }
  }

  private mutating func keepsDays(_ member: Member) -> Int? {
    if case .scalar(let scalar) = member.node, scalar.string == "forever" {
      reader.fault(
        member.line,
        "\"keeps-days\" is forever, and that is an archive and no backup: register it as a system whose datasets retain "
          + "rows by a rule")
      return nil
    }
    return reader.integer(member, in: 0...CopyDeclaration.mostDays)
  }

  /// "None" counts only when a named role said so on a date.
  private mutating func noCopies(_ member: Member) -> [CopyDeclaration]? {
    let advice = "write none: {said-by: <role>, on: <date>}"
    guard
      let members = reader.members(of: member, what: "\"copies\"", keys: [.required("none", advice)]),
      let none = members["none"], statement(none) != nil
    else { return nil }
    return []
  }
}

extension SystemRole {
  /// Whether systems of this role are told about the erasure and answer for it themselves.
  var isTold: Bool {
    switch self {
    case .processor, .recipient, .joint, .source, .public: true
    case .own, .backup, .carrier, .copy: false
    }
  }
}
