import ErasureDomain

/// Which artifacts entries name, and which of them must be there.
struct ArtifactLedger {
  /// Digests that some entry or plan names, besides those that are required.
  private var named: Set<ContentDigest> = []
  /// The first entry that names an artifact.
  struct Naming {
    let entry: UInt64
    /// Whose entries name it, where it may be destroyed after that request's end. What several requests name, the log
    /// itself or a plan's proposal never is.
    var mayGoWith: RequestReference?
  }

  /// Those that must be there.
  private(set) var required: [ContentDigest: Naming] = [:]
  /// Digests of configuration, whose files may be there.
  private(set) var configuration: Set<ContentDigest> = []
  private var unexplained: Set<ContentDigest> = []
  private var destroyed: Set<ContentDigest> = []

  /// The fewest whole days from a request's end to the destruction of what it named.
  private var fewestDays: Int64?

  /// `end` says when a request ended.
  mutating func add(
    _ entry: EvidenceEntry, _ found: EntryDigests, index: UInt64, end: (RequestReference) -> UTCTime?
  ) {
    let digests = found.all
    guard !digests.isEmpty else { return }
    switch KnownEntryKinds.use(of: entry.kind) {
    case .artifacts:
      let register = found.register
      add(configuration: register)
      let mayGoWith = entry.kind == PlanProposed.kind ? nil : entry.subject.request
      for digest in digests where !register.contains(digest) {
        guard let earlier = required[digest]?.mayGoWith else {
          if required[digest] == nil { required[digest] = Naming(entry: index, mayGoWith: mayGoWith) }
          continue
        }
        guard earlier != mayGoWith else { continue }
        required[digest]?.mayGoWith = nil
        destroyed.remove(digest)
      }
    case .configuration: add(configuration: digests)
    case .partOfConfiguration: named.formUnion(digests)
    case .destruction:
      named.formUnion(digests)
      // What it says of another request's artifacts, or of a plan, explains nothing.
      guard let about = (try? entry.facts(as: ArtifactsDestroyed.self))?.about else { return }
      destroyed.formUnion(digests.filter { required[$0]?.mayGoWith == about })
      guard let ended = end(about) else { return }
      fewestDays = min(fewestDays ?? .max, entry.at.seconds(since: ended) / 86_400)
    case .unknown:
      named.formUnion(digests)
      unexplained.formUnion(digests)
    }
  }

  private mutating func add(configuration digests: [ContentDigest]) {
    named.formUnion(digests)
    configuration.formUnion(digests)
  }

  /// Whether some entry or plan names it.
  func isNamed(_ digest: ContentDigest) -> Bool { required[digest] != nil || named.contains(digest) }

  /// An entry that is not covered by the checkpoint yet: its artifacts may be there.
  mutating func allow(_ entry: EvidenceEntry) { named.formUnion(KnownEntryKinds.digests(in: entry)) }

  /// A plan names its register and its findings.
  mutating func add(_ plan: ErasurePlan) {
    add(configuration: [plan.register])
    named.insert(plan.findings)
  }

  /// A later entry about the one request that names it says that it was destroyed.
  func isDestroyed(_ digest: ContentDigest) -> Bool { destroyed.contains(digest) }

  var destroyedCount: Int { destroyed.count }

  /// Compares with what is there: findings for what is missing, sentences for what cannot be told.
  func compare(
    folder: String, isPresent: (ContentDigest) -> Bool
  ) -> (findings: [AuditFinding], notChecked: [String]) {
    let missing = required.filter { !isPresent($0.key) && !isDestroyed($0.key) }
    let findings = missing.sorted { ($0.value.entry, $0.key) < ($1.value.entry, $1.key) }.map { digest, naming in
      AuditFinding(
        entry: naming.entry, path: folder + digest.hex,
        reason: "the entry names this artifact, it is absent, and no later entry says that it was destroyed")
    }
    var notChecked: [String] = []
    let absent = configuration.count { !isPresent($0) }
    if absent > 0 {
      notChecked.append(
        "\(absent) configuration files (people, signers, register) that entries name by digest: they are not here;"
          + " compare the digests with the organisation's own copies")
    }
    let unknown = unexplained.count { !isPresent($0) && required[$0] == nil }
    if unknown > 0 { notChecked.append("\(unknown) digests in entries of unknown kinds: no file has them") }
    if destroyedCount > 0 {
      let after = fewestDays.map {
        ", \($0) days or more after their requests ended: compare with the organisation's term"
      }
      notChecked.append("\(destroyedCount) artifacts that were destroyed later, as an entry says" + (after ?? ""))
    }
    return (findings, notChecked)
  }
}
