import ErasureDomain

/// Checks the evidence bundle of one request: every file, every proof against the one checkpoint, every rule.
public struct BundleVerifier: Sendable {
  private let trust: AuditTrust

  /// A verifier for an auditor.
  public init(trust: AuditTrust) { self.trust = trust }

  /// Reads every file. Throws only what reading throws; everything wrong is in the result.
  public func verify(_ files: some EvidenceFiles) throws -> AuditResult {
    var result = AuditResult()
    let layout = BundleLayout(try files.list(), &result)
    guard let checkpoint = try CheckpointCheck(files, trust, &result) else { return result }
    try StampCheck.run(files, checkpoint: checkpoint.bytes, mayBeOlder: false, &result)
    var run = try BundleRun(files, layout, checkpoint, trust, result)
    try run.comparePolicy()
    try run.walkEntries()
    try run.compareConsistency()
    run.requireOneRequest()
    try run.compareApprovals()
    try run.compareArtifacts()
    try run.compareReport()
    try run.comparePage()
    return run.finished()
  }
}
