/// A change of the configuration that people sign.
public struct PendingChange: Hashable, Sendable, Codable {
  /// People who must sign it: never one alone, whatever the configuration asks for plans.
  public static let signaturesNeeded = 2

  public var old: ContentDigest
  public var new: ContentDigest
  public var nonce: String
  public var approvals: [Approval]

  public init(old: ContentDigest, new: ContentDigest, nonce: String, approvals: [Approval]) {
    self.old = old
    self.new = new
    self.nonce = nonce
    self.approvals = approvals
  }

  public var isComplete: Bool { approvals.count >= Self.signaturesNeeded }
}

/// A change of the register.
public struct RegisterVersion: Hashable, Sendable, Codable {
  public var at: UTCTime
  /// Nil where the entry names none.
  public var systems: [SystemName]?
}

extension LogRecord {
  /// Whether the log promised these rules, one of `LogRules`, when it began.
  func keeps(_ rules: Int) -> Bool { (opened?.rules ?? LogRules.first) >= rules }

  /// What became of the register since a time.
  public func registerSince(_ time: UTCTime?) -> RegisterSince? {
    guard let inForce = digests[ConfigurationPart.register.rawValue] else { return nil }
    let later = (registerChanges ?? []).filter { change in time.map { change.at > $0 } ?? false }
    return RegisterSince(
      inForce: inForce, times: later.count, systems: Set(later.flatMap { $0.systems ?? [] }).sorted())
  }

  /// A key that somebody else may have had signs nothing more.
  func requireUncompromised(_ fingerprint: String, _ kind: EntryKind) throws(FoldProblem) {
    guard let since = compromised?[fingerprint] else { return }
    throw .malformed(kind, "is signed with a key that somebody else may have had since \(since)")
  }
}

/// Who may decide, and what the register says: by two signatures, and what is in force by digest.
enum ConfigurationFold {
  static func apply(_ entry: EvidenceEntry, to log: inout LogRecord) throws {
    switch entry.kind {
    case ChangeSigned.kind: try sign(try entry.facts(as: ChangeSigned.self), entry, &log)
    case SignersChanged.kind:
      let facts = try entry.facts(as: SignersChanged.self)
      guard facts.file != ConfigurationPart.register.rawValue else {
        throw FoldProblem.malformed(entry.kind, "the register changes by another entry")
      }
      try change(facts.file, facts.old, facts.new, practice: facts.practice, entry.kind, &log)
    case RegisterChanged.kind:
      let facts = try entry.facts(as: RegisterChanged.self)
      try change(
        ConfigurationPart.register.rawValue, facts.old, facts.new, practice: facts.practice, entry.kind, &log)
      log.registerChanges = (log.registerChanges ?? []) + [RegisterVersion(at: entry.at, systems: facts.systems)]
    case SignerCompromised.kind:
      let facts = try entry.facts(as: SignerCompromised.self)
      guard entry.by != nil, !facts.keys.isEmpty, facts.since <= entry.at else {
        throw FoldProblem.malformed(entry.kind, "is by nobody, names no key, or a time to come")
      }
      log.compromised = (log.compromised ?? [:]).merging(facts.keys.map { ($0, facts.since) }) { min($0, $1) }
      if log.keeps(LogRules.conclusionsAreSeen) { withdraw(Set(facts.keys), &log) }
    default: break
    }
  }

  /// What a conclusion says of the register; checked here, so that no change slips in between.
  static func require(
    _ register: RegisterSince?, _ record: RequestRecord, _ kind: EntryKind, in answers: some JournalAnswers
  ) throws {
    let log = try answers.log()
    // The bundle of one request does not hold the changes of the register.
    guard log.isPartial != true else { return }
    guard let register else {
      guard !log.keeps(LogRules.nobodyAppointsHimself) else {
        throw FoldProblem.malformed(kind, "does not say which register is in force")
      }
      return
    }
    let approvedAt = try record.plan.flatMap { try answers.plan($0)?.approvedAt }
    guard register == log.registerSince(approvedAt) else {
      throw FoldProblem.malformed(kind, "names another register, or other changes of it, than there were")
    }
  }

  /// Signatures under another nonce, or of a change of something else, begin anew.
  private static func sign(_ facts: ChangeSigned, _ entry: EvidenceEntry, _ log: inout LogRecord) throws {
    guard entry.by == facts.approval.by, log.digests[facts.part.rawValue] == facts.old, facts.new != facts.old else {
      throw FoldProblem.malformed(entry.kind, "is not by who signed, or replaces what is not in force")
    }
    try log.requireUncompromised(facts.approval.keyFingerprint, entry.kind)
    let fresh = PendingChange(old: facts.old, new: facts.new, nonce: facts.nonce, approvals: [])
    var pending = log.pending?[facts.part] ?? fresh
    if pending.nonce != facts.nonce || pending.new != facts.new || pending.old != facts.old { pending = fresh }
    let (by, key) = (facts.approval.by, facts.approval.keyFingerprint)
    guard !pending.approvals.contains(where: { $0.by == by || $0.keyFingerprint == key }) else {
      throw FoldProblem.malformed(entry.kind, "the same person or key has signed it before")
    }
    pending.approvals.append(facts.approval)
    log.pending = (log.pending ?? [:]).merging([facts.part: pending]) { $1 }
  }

  /// Signatures of these keys for a change that waits count no more.
  private static func withdraw(_ keys: Set<String>, _ log: inout LogRecord) {
    for (part, change) in log.pending ?? [:] {
      log.pending?[part]?.approvals = change.approvals.filter { !keys.contains($0.keyFingerprint) }
      if log.pending?[part]?.approvals.isEmpty == true { log.pending?[part] = nil }
    }
    if log.pending?.isEmpty == true { log.pending = nil }
  }

  private static func change(
    _ name: String, _ old: ContentDigest, _ new: ContentDigest, practice: Bool, _ kind: EntryKind,
    _ log: inout LogRecord
  ) throws {
    if let opened = log.opened, (opened.rules ?? LogRules.first) >= LogRules.nobodyAppointsHimself {
      guard practice == opened.practice, log.digests[name] == old else {
        throw FoldProblem.malformed(kind, "replaces what is not in force, or differs about practice")
      }
      guard practice || isSigned(name, old, new, log) else {
        throw FoldProblem.malformed(kind, "was not signed by two people who may decide")
      }
    }
    log.digests[name] = new
    log.changes = (log.changes ?? 0) + 1
    if let part = ConfigurationPart(rawValue: name) { log.pending?[part] = nil }
    if log.pending?.isEmpty == true { log.pending = nil }
  }

  private static func isSigned(
    _ name: String, _ old: ContentDigest, _ new: ContentDigest, _ log: LogRecord
  ) -> Bool {
    guard let part = ConfigurationPart(rawValue: name), let pending = log.pending?[part] else { return false }
    return pending.isComplete && pending.old == old && pending.new == new
  }
}
