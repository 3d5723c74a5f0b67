public import ErasureDomain

/// What an approver signs: `expunged-approval/v1`.
///
/// It binds the plan, the counts and the located root records by digest, and can be read by a person.
public struct ApprovalText: Hashable, Sendable {
  /// What the signature is made for.
  public static let namespace = SignatureNamespace.approval
  /// The first line.
  public static let header = "expunged-approval/v1"

  /// What the approver decided.
  public enum Decision: String, Hashable, Sendable, CaseIterable {
    case approve
    case refuse
  }

  /// The origin of the log in which the plan was proposed.
  public let log: String
  /// What the approver decided.
  public let decision: Decision
  /// The digest of the plan's canonical bytes.
  public let plan: ContentDigest
  /// The request that the plan is for.
  public let request: RequestReference
  /// The number of jobs in the plan, follow-ups included.
  public let jobs: Int
  /// The digest of the canonical findings that the approver saw.
  public let findings: ContentDigest
  /// 32 lower-case hexadecimal digits from `plan.proposed`.
  public let nonce: String
  /// The approval counts only when it is recorded before this time.
  public let startBefore: UTCTime

  /// A text from its values.
  public init(
    log: String, decision: Decision, plan: ContentDigest, request: RequestReference, jobs: Int,
    findings: ContentDigest, nonce: String, startBefore: UTCTime
  ) throws(SignedTextError) {
    try SignedTextLines.checkLog(log)
    try SignedTextLines.checkNonce(nonce)
    guard jobs >= 0 else { throw .badValue(name: "jobs") }
    self.log = log
    self.decision = decision
    self.plan = plan
    self.request = request
    self.jobs = jobs
    self.findings = findings
    self.nonce = nonce
    self.startBefore = startBefore
  }

  /// Reads a text strictly: exactly its lines in their order.
  public init(parsing bytes: [UInt8]) throws(SignedTextError) {
    let values = try SignedTextLines.values(of: bytes, header: Self.header, names: Self.names)
    guard let decision = Decision(rawValue: values[1]) else { throw .badValue(name: "decision") }
    try self.init(
      log: values[0], decision: decision, plan: try SignedTextLines.parsed(values[2], name: "plan"),
      request: try SignedTextLines.parsed(values[3], name: "request"),
      jobs: try SignedTextLines.parsed(values[4], name: "jobs"),
      findings: try SignedTextLines.parsed(values[5], name: "findings"), nonce: values[6],
      startBefore: try SignedTextLines.parsed(values[7], name: "start-before"))
  }

  /// The bytes to sign.
  public var encoded: [UInt8] {
    let values = [
      log, decision.rawValue, plan.description, request.description, String(jobs), findings.description, nonce,
      startBefore.description,
    ]
    return SignedTextLines.bytes(
      header: Self.header, lines: zip(Self.names, values).map { (name: $0, value: $1) })
  }

  private static let names = [
    "log", "decision", "plan", "request", "jobs", "findings", "nonce", "start-before",
  ]
}
