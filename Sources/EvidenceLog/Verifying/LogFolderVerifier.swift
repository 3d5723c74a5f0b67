import ErasureDomain

/// Checks a whole log folder: every file, every entry, every rule. It rebuilds the tree and trusts no proof.
public struct LogFolderVerifier: Sendable {
  private let trust: AuditTrust
  private let ahead: any WorkAhead

  /// A verifier for an auditor; entries are read, and signatures checked, as `ahead` does it.
  public init(trust: AuditTrust, ahead: any WorkAhead = InTurn()) {
    self.trust = trust
    self.ahead = ahead
  }

  /// Reads every file once or twice. Throws only what reading throws; everything wrong is in the result.
  public func verify(_ files: some EvidenceFiles) throws -> AuditResult {
    var result = AuditResult()
    let layout = LogFolderLayout(try files.list(), &result)
    guard let checkpoint = try CheckpointCheck(files, trust, &result) else { return result }
    try StampCheck.run(files, checkpoint: checkpoint.bytes, mayBeOlder: true, &result)
    var run = LogFolderRun(files, layout, checkpoint, trust, result)
    try run.walkEntries(ahead)
    run.compareRoots()
    try run.compareTiles()
    try run.compareArtifacts()
    return run.finished()
  }
}
