/// What became of the packages of a plan: a fold of its entries.
public struct PackageStanding: Hashable, Sendable, Codable {
  public struct Made: Hashable, Sendable, Codable {
    public var at: UTCTime
    public var until: UTCTime
    public var ciphertext: String
  }

  public struct Delivered: Hashable, Sendable, Codable {
    public var at: UTCTime
    public var how: FailureCode
  }

  /// By kind of package; what was collected anew makes it void.
  public var made: [String: Made] = [:]
  public var delivered: [String: Delivered] = [:]
  /// Why nothing more is taken along; nil while that was not decided.
  public var waived: FailureCode?
  /// Why nothing of a system is taken along.
  public var waivedSystems: [SystemName: FailureCode] = [:]

  public init() {}

  /// Whether the person has every one of the packages.
  public func isDelivered(_ packages: [PackageKind]) -> Bool {
    packages.allSatisfy { delivered[$0.rawValue] != nil }
  }

  /// How the export of a system ends; nil while it waits.
  public func outcome(of system: SystemName, _ packages: [PackageKind]) -> JobOutcome? {
    if waivedSystems[system] != nil { return .exported(waived: true) }
    if isDelivered(packages) { return .exported(waived: false) }
    return waived == nil ? nil : .exported(waived: true)
  }
}

extension JobRecord {
  /// Whether an export has what it was to collect.
  public var isCollected: Bool {
    guard verb == .export, case .awaitingOfficer(let question) = state, question.code == .packageWaits else {
      return false
    }
    return question.detail == .collectByHand ? added != nil : collected != nil
  }

  /// When the vault loses what was collected; nil where it holds nothing.
  public var collectionExpires: UTCTime? { [collected?.expires, added?.expires].compactMap { $0 }.min() }
}

extension RequestRecord {
  /// The packages that the person asks for.
  public var packages: [PackageKind] { received.packages }
}

/// The fold of exports and packages, and the guards that an auditor relies on: nothing goes before the person has his
/// data, or somebody has decided and said why he does not get them.
enum PackageFold {
  static let planKinds: Set<EntryKind> = [PackageMade.kind, PackageDelivered.kind, PackageWaived.kind]
  static let jobKinds: Set<EntryKind> = [RowsCollected.kind, FilesAdded.kind, CollectionExpired.kind]

  /// A plan whose jobs come into being.
  static func requireOrder(of plan: ErasurePlan, for request: RequestRecord?, _ kind: EntryKind) throws {
    if let problem = plan.exportProblem { throw FoldProblem.malformed(kind, "the plan \(problem)") }
    guard let request else { return }
    let packages = Set(request.packages)
    guard plan.jobs.allSatisfy({ packages.isSuperset(of: $0.export?.packages ?? []) }) else {
      throw FoldProblem.malformed(kind, "the plan exports for a right that the request does not name")
    }
    guard request.asksForErasure || plan.onlyExports else {
      throw FoldProblem.malformed(kind, "the request does not ask for erasure, and the plan does more than export")
    }
  }

  // MARK: A plan's entries

  static func fold(_ entry: EvidenceEntry, into record: inout PlanRecord, in answers: some JournalAnswers) throws {
    guard entry.by != nil else { throw FoldProblem.malformed(entry.kind, "names nobody") }
    switch record.state {
    case .approved, .waiting, .executing, .paused: break
    case .draft, .proposed, .concluded, .halted, .withdrawn:
      throw FoldProblem.malformed(entry.kind, "the plan is \(record.state.word)")
    }
    let packages = try answers.request(record.request)?.packages ?? []
    let exports = try answers.jobs(of: record.plan).filter { $0.verb == .export }
    guard !exports.isEmpty else { throw FoldProblem.malformed(entry.kind, "the plan has no export") }
    var standing = record.package ?? PackageStanding()
    switch entry.kind {
    case PackageMade.kind:
      let facts = try entry.facts(as: PackageMade.self)
      try require(facts, entry, packages, exports, standing)
      standing.made[facts.package.rawValue] = PackageStanding.Made(
        at: entry.at, until: facts.until, ciphertext: facts.ciphertext)
    case PackageDelivered.kind:
      let facts = try entry.facts(as: PackageDelivered.self)
      let name = facts.package.rawValue
      guard standing.delivered[name] == nil else { throw FoldProblem.exists("the delivery of the \(name) package") }
      guard standing.waived == nil else { throw FoldProblem.malformed(entry.kind, "it was waived") }
      guard let made = standing.made[name] else {
        throw FoldProblem.malformed(entry.kind, "no \(name) package was made of what is collected now")
      }
      guard entry.at < made.until else { throw FoldProblem.malformed(entry.kind, "it expired on \(made.until)") }
      standing.delivered[name] = PackageStanding.Delivered(at: entry.at, how: facts.how)
    case PackageWaived.kind:
      let facts = try entry.facts(as: PackageWaived.self)
      guard standing.waived == nil, !standing.isDelivered(packages) else {
        throw FoldProblem.malformed(entry.kind, "nothing waits: it was delivered or waived before")
      }
      if let system = facts.system {
        guard exports.contains(where: { $0.system == system && !$0.state.isSettled }),
          standing.waivedSystems[system] == nil
        else { throw FoldProblem.malformed(entry.kind, "no export of \(system) waits") }
        // A package that the person has would be said not to hold what it holds.
        guard standing.delivered.isEmpty else {
          throw FoldProblem.malformed(entry.kind, "a package was delivered before")
        }
        standing.waivedSystems[system] = facts.reason
        // What was made holds what is not given any more.
        standing.made = [:]
      } else {
        standing.waived = facts.reason
      }
    default: break
    }
    record.package = standing
  }

  private static func require(
    _ facts: PackageMade, _ entry: EvidenceEntry, _ packages: [PackageKind], _ exports: [JobRecord],
    _ standing: PackageStanding
  ) throws {
    func malformed(_ why: String) -> FoldProblem { .malformed(entry.kind, why) }
    guard packages.contains(facts.package) else { throw malformed("the request asks for no such package") }
    guard standing.waived == nil, standing.delivered[facts.package.rawValue] == nil else {
      throw malformed("it was delivered or waived before")
    }
    let waiting = exports.filter { standing.waivedSystems[$0.system] == nil && !$0.state.isSettled }
    guard !waiting.isEmpty, waiting.allSatisfy(\.isCollected) else {
      throw malformed("not everything is collected that the plan exports")
    }
    guard Hex.decode(facts.ciphertext)?.count == 32, facts.until > entry.at,
      waiting.allSatisfy({ job in job.collectionExpires.map { facts.until <= $0 } ?? false })
    else { throw malformed("has no digest, or lives longer than what it was made of") }
  }

  // MARK: A job's entries

  static func fold(_ entry: EvidenceEntry, into record: inout JobRecord, in answers: inout some JournalAnswers) throws {
    guard record.verb == .export, !record.state.isSettled else {
      throw FoldProblem.malformed(entry.kind, "belongs to an export that is not settled")
    }
    switch entry.kind {
    case RowsCollected.kind:
      let facts = try entry.facts(as: RowsCollected.self)
      guard case .running(let lease) = record.state, lease.epoch == facts.epoch, !record.isDone else {
        throw FoldProblem.malformed(entry.kind, "belongs to an attempt, before its end")
      }
      guard facts.expires > entry.at else { throw FoldProblem.malformed(entry.kind, "has expired already") }
      record.collected = facts
    case FilesAdded.kind:
      let facts = try entry.facts(as: FilesAdded.self)
      guard entry.by != nil, case .awaitingOfficer(let question) = record.state, question.code == .packageWaits,
        facts.expires > entry.at
      else { throw FoldProblem.malformed(entry.kind, "is not by somebody, or for an export that waits for no package") }
      // It would be destroyed with what was delivered, and called delivered.
      guard try answers.plan(record.plan)?.package?.delivered[PackageKind.access.rawValue] == nil else {
        throw FoldProblem.malformed(entry.kind, "the access package was delivered without it")
      }
      record.added = facts
    case CollectionExpired.kind:
      guard let expires = record.collectionExpires, expires <= entry.at else {
        throw FoldProblem.malformed(entry.kind, "nothing of it has expired")
      }
      record.collected = nil
      record.added = nil
    default: break
    }
    try makeVoid(record.plan, in: &answers)
  }

  /// What was made is not of what is collected now, and so is nothing to deliver.
  static func makeVoid(_ plan: PlanReference, in answers: inout some JournalAnswers) throws {
    guard var record = try answers.plan(plan), record.package?.made.isEmpty == false else { return }
    record.package?.made = [:]
    try answers.put(record)
  }

  /// Collecting anew forgets what was collected; nothing is collected for a package that the person has.
  static func requireOpen(_ record: JobRecord, _ entry: EvidenceEntry, in answers: inout some JournalAnswers) throws {
    let packages = try answers.request(record.request)?.packages ?? []
    guard try answers.plan(record.plan)?.package?.outcome(of: record.system, packages) == nil else {
      throw FoldProblem.malformed(entry.kind, "the package was delivered or waived")
    }
    try makeVoid(record.plan, in: &answers)
  }

  /// An export ends by a delivery or a waiver, or with its plan.
  static func requireOutcome(
    _ outcome: JobOutcome, of record: JobRecord, _ entry: EvidenceEntry, in answers: some JournalAnswers
  ) throws {
    guard record.verb == .export else {
      if case .exported = outcome { throw FoldProblem.malformed(entry.kind, "\(record.job) exports nothing") }
      return
    }
    switch outcome {
    case .exported:
      let packages = try answers.request(record.request)?.packages ?? []
      guard try answers.plan(record.plan)?.package?.outcome(of: record.system, packages) == outcome else {
        throw FoldProblem.malformed(entry.kind, "the package was not delivered or waived so")
      }
    case .cancelled where try isStopped(record, in: answers): break
    case .erased, .nothingFound, .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged, .excepted,
      .cancelled:
      throw FoldProblem.malformed(
        entry.kind, "an export is delivered or waived; with another end the erasures behind it would begin")
    }
  }

  /// Stopped for good: a plan that is only paused goes on, and with it what waits behind the export.
  private static func isStopped(_ record: JobRecord, in answers: some JournalAnswers) throws -> Bool {
    if try answers.request(record.request)?.state == .withdrawnPartly { return true }
    switch try answers.plan(record.plan)?.state {
    case .halted, .withdrawn: return true
    case .draft, .proposed, .approved, .waiting, .executing, .paused, .concluded, nil: return false
    }
  }
}
