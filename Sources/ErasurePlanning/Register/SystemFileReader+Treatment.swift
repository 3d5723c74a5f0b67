import ErasureDomain
import Yams

/// What happens to the rows of a dataset: `erase` or `retain`.
extension SystemFileReader {
  private static let erasures =
    "delete, {keep-columns: [..], while-kept: dataset}, {anonymise: {..}}, {call: schema.function}"

  /// Words for steps that leave the person's data where whoever holds a key, a table or a right still reads them.
  private static let reversible: [String: String] = [
    "hash": "a hash of a known value is found by trying", "mask": "what is masked can be shown again or guessed",
    "encrypt": "whoever holds the key still reads it", "pseudonymise": "whoever holds the table still knows who it is",
    "tokenise": "whoever holds the token table still knows who it is",
    "soft-delete": "an administrator still reads the row",
  ]

  /// Other spellings of the same.
  private static let spellings: [String: String] = [
    "hashed": "hash", "hashing": "hash", "hmac": "hash", "sha256": "hash", "sha-256": "hash", "md5": "hash",
    "masked": "mask", "masking": "mask", "redact": "mask", "scramble": "mask", "obfuscate": "mask",
    "encrypted": "encrypt", "encryption": "encrypt", "aes": "encrypt", "aes-encrypt": "encrypt",
    "pseudonymize": "pseudonymise", "pseudonymised": "pseudonymise", "pseudonym": "pseudonymise",
    "tokenize": "tokenise", "token": "tokenise",
    "softdelete": "soft-delete", "soft_delete": "soft-delete", "flag": "soft-delete", "deactivate": "soft-delete",
    "archive": "soft-delete", "hide": "soft-delete", "disable": "soft-delete",
  ]

  mutating func treatment(
    _ members: Members, dataset: String, find: [IdentifiedColumn], yields: [IdentifiedColumn], review: [String],
    links: [String]
  ) -> Treatment? {
    switch (members["erase"], members["retain"]) {
    case (let erase?, nil):
      let named = (find + yields).map(\.column) + review + links
      return erasure(erase, dataset: dataset, identifying: Set(named))
    case (nil, let retain?): return retention(retain, dataset: dataset)
    case (nil, nil): reader.fault(members.line, "\(members.what) has neither erase nor retain; add one")
    case (_?, let retain?): reader.fault(retain.line, "\(members.what) has both erase and retain; keep one")
    }
    return nil
  }

  // MARK: Erase

  private mutating func erasure(_ member: Member, dataset: String, identifying: Set<String>) -> Treatment? {
    if case .scalar(let scalar) = member.node {
      if scalar.string == "delete" { return .delete }
      if !refuseReversible(scalar.string, line: member.line) {
        reader.fault(member.line, "\"erase\" is \"\(scalar.string)\"; allowed: \(Self.erasures)")
      }
      return nil
    }
    guard let entries = reader.entries(of: member, what: "\"erase\"") else { return nil }
    for entry in entries where refuseReversible(entry.key, line: entry.line) { return nil }
    if let anonymise = entries.first(where: { $0.key == "anonymise" }) {
      guard entries.count == 1 else {
        reader.fault(
          member.line, "\"erase\" has anonymise and other keys beside it; keep one, allowed: \(Self.erasures)")
        return nil
      }
      return anonymisation(anonymise, dataset: dataset, identifying: identifying)
    }
    if let call = entries.first(where: { $0.key == "call" }) { return self.call(call, alone: entries.count == 1) }
    return reduction(member)
  }

  /// A function of the database that deletes the rows itself.
  private mutating func call(_ member: Member, alone: Bool) -> Treatment? {
    guard alone else {
      reader.fault(member.line, "\"erase\" has call and other keys beside it; keep one, allowed: \(Self.erasures)")
      return nil
    }
    guard let function = reader.column(member) else { return nil }
    let parts = function.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
      reader.fault(member.line, "\"call\" is \"\(function)\"; name schema and function: call: privacy.erase_customer")
      return nil
    }
    return .call(function: function)
  }

  /// Whether the word is a reversible step: a fault that says why it is none.
  private mutating func refuseReversible(_ written: String, line: Int) -> Bool {
    let word = written.lowercased()
    guard let why = Self.reversible[Self.spellings[word] ?? word] else { return false }
    reader.fault(
      line,
      "\"erase\" is \"\(written)\", and that is no erasure: \(why) (EDPB, coordinated enforcement 2025: reversible "
        + "steps are not erasure); write erase: delete, or erase: {anonymise: {..}} with its conditions")
    return true
  }

  private mutating func reduction(_ member: Member) -> Treatment? {
    let keys: [KnownKey] = [
      .required("keep-columns", "list the columns that kept rows still need"),
      .required("while-kept", "name the dataset whose kept rows need them"),
    ]
    guard let members = reader.members(of: member, what: "\"erase\"", keys: keys) else { return nil }
    let columns = members["keep-columns"].flatMap { reader.columns($0) }
    let dataset = members["while-kept"].flatMap { reader.name($0) }
    guard let columns, let dataset else { return nil }
    guard !columns.isEmpty else {
      reader.fault(member.line, "\"keep-columns\" is empty; write erase: delete, or list the columns that stay")
      return nil
    }
    return .reduce(keepColumns: columns, whileKept: dataset)
  }

  // MARK: Anonymise

  /// Every condition must be there; what is missing is named by what the condition demands.
  private mutating func anonymisation(
    _ member: Member, dataset: String, identifying: Set<String>
  ) -> Treatment? {
    let statement = "{said-by: <role>, on: <date>}"
    let keys: [KnownKey] = [
      .required(
        "keep-columns", "condition (i): list the columns that stay, none of which identifies anybody; all others go"),
      .required("group-size", "condition (iii): write how many rows must at least look the same, for example 20"),
      .required(
        "linkability",
        "condition (iii): somebody tested that what stays cannot be linked with other records to a person: "
          + statement),
      .required(
        "no-key-survives",
        "condition (ii): somebody says that no mapping table, salt or key survives anywhere: \(statement)"),
      .required(
        "logs-included", "condition (iv): somebody says that logs are anonymised or deleted too: \(statement)"),
      .required("method-approved", "condition (v): a second person approves the method: \(statement)"),
    ]
    guard let members = reader.members(of: member, what: "\"anonymise\"", keys: keys) else { return nil }
    let columns = members["keep-columns"].flatMap { reader.columns($0) }
    let size = members["group-size"].flatMap {
      reader.integer($0, in: Anonymisation.leastGroupSize...Anonymisation.largestGroupSize)
    }
    let linkability = members["linkability"].flatMap { self.statement($0) }
    let noKey = members["no-key-survives"].flatMap { self.statement($0) }
    let logs = members["logs-included"].flatMap { self.statement($0) }
    let approved = members["method-approved"].flatMap { self.statement($0) }
    guard let columns, let size, let linkability, let noKey, let logs, let approved else { return nil }
    let folded = Set(identifying.map { $0.lowercased() })
    for column in columns where folded.contains(column.lowercased()) {
      reader.fault(
        member.line,
        "\"anonymise\" keeps column \"\(column)\", which find, yields, review or belongs-to of \"\(dataset)\" names: "
          + "condition (i), nothing that identifies stays; take it out of keep-columns")
    }
    if approved.saidBy == noKey.saidBy {
      reader.fault(
        member.line,
        "\"method-approved\" and \"no-key-survives\" are said by \"\(noKey.saidBy)\": condition (v), a second one "
          + "approves the method; name another")
      return nil
    }
    return .anonymise(
      Anonymisation(
        keepColumns: columns, groupSize: size, noKeySurvives: noKey, logsIncluded: logs, methodApproved: approved,
        linkability: linkability))
  }

  mutating func statement(_ member: Member) -> RegisterStatement? {
    guard
      let said = reader.members(
        of: member, what: "\"\(member.key)\"",
        keys: [.required("said-by", "name the role that says so"), .required("on", "write the date it was said")])
    else { return nil }
    let sayer = said["said-by"].flatMap { reader.text($0) }
    let day = said["on"].flatMap { reader.date($0) }
    guard let sayer, let day else { return nil }
    return RegisterStatement(saidBy: sayer, on: day)
  }

  // MARK: Retain

  private mutating func retention(_ member: Member, dataset: String) -> Treatment? {
    let keys: [KnownKey] = [
      .optional("rule"), .optional("start"), .optional("with"), .optional("keep-columns"), .optional("restrict"),
    ]
    guard let members = reader.members(of: member, what: "\"retain\"", keys: keys) else { return nil }
    switch (members["rule"], members["start"], members["with"]) {
    case (nil, nil, let with?):
      let keep = members["keep-columns"].flatMap { reader.columns($0) }
      let restrict = members["restrict"].flatMap { restriction($0) }
      return reader.name(with).map { .retainWith(dataset: $0, keepColumns: keep, restrict: restrict) }
    case (let rule?, let start?, nil):
      let id = reader.name(rule)
      let column = reader.column(start)
      let keep = members["keep-columns"].flatMap { reader.columns($0) }
      let restrict = members["restrict"].flatMap { restriction($0) }
      guard let id, let column else { return nil }
      checkKept(keep, start: column, restrict: restrict, member)
      rules.append(RuleUse(line: rule.line, dataset: dataset, rule: id))
      return .retain(Retention(rule: id, start: column, keepColumns: keep, restrict: restrict))
    default:
      reader.fault(member.line, "\"retain\" must be {rule: .., start: column} or {with: dataset}")
      return nil
    }
  }

  mutating func restriction(_ member: Member) -> Restriction? {
    let keys: [KnownKey] = [
      .required("column", "name the column that marks a row as restricted"),
      .required("value", "write what stands in it while the row is restricted"), .optional("role"),
    ]
    guard let members = reader.members(of: member, what: "\"\(member.key)\"", keys: keys) else { return nil }
    let column = members["column"].flatMap { reader.column($0) }
    let value = members["value"].flatMap { reader.text($0) }
    let role = members["role"].flatMap { reader.column($0) }
    guard let column, let value else { return nil }
    return Restriction(column: column, value: value, role: role)
  }

  /// Without its start a kept row could never be dated again.
  private mutating func checkKept(_ keep: [String]?, start: String, restrict: Restriction?, _ member: Member) {
    if let keep, !keep.contains(where: { $0.lowercased() == start.lowercased() }) {
      reader.fault(
        member.line, "\"keep-columns\" lacks \"\(start)\", from which the day of erasure is counted; add it")
    }
    if let restrict, restrict.column.lowercased() == start.lowercased() {
      reader.fault(
        member.line,
        "\"restrict\" would overwrite \"\(start)\", from which the day of erasure is counted; "
          + "name another column")
    }
  }
}
