/// Whom an auditor, or we, believe: logs, witnesses and how many of them must have cosigned (C2SP tlog-policy).
public struct TrustPolicy: Hashable, Sendable {
  /// The most bytes a policy may have.
  public static let maximumBytes = 1 << 20

  /// A log whose checkpoints are accepted.
  public struct Log: Hashable, Sendable {
    /// Its key; the key's name is the log's origin.
    public let key: NoteVerifierKey
    /// Where the log is read; nothing here uses it.
    public let url: String?

    /// A log line.
    public init(key: NoteVerifierKey, url: String? = nil) {
      self.key = key
      self.url = url
    }
  }

  /// A witness, by the name that the policy gives it.
  public struct Witness: Hashable, Sendable {
    /// The name in this policy; it means nothing outside.
    public let name: String
    /// Its key.
    public let key: NoteVerifierKey
    /// The prefix for submissions.
    public let url: String?

    /// A witness line.
    public init(name: String, key: NoteVerifierKey, url: String? = nil) {
      self.name = name
      self.key = key
      self.url = url
    }
  }

  /// A group that has witnessed when at least `threshold` of its members have.
  public struct Group: Hashable, Sendable {
    /// The name in this policy.
    public let name: String
    /// How many members must have witnessed, at least 1.
    public let threshold: Int
    /// Witnesses or groups of lines before.
    public let members: [String]

    /// A group line.
    public init(name: String, threshold: Int, members: [String]) {
      self.name = name
      self.threshold = threshold
      self.members = members
    }
  }

  /// The logs whose checkpoints are accepted.
  public let logs: [Log]
  /// The witnesses that are known.
  public let witnesses: [Witness]
  /// The groups, in the order in which they refer to each other.
  public let groups: [Group]
  /// The witness or group that must have cosigned; nothing for `quorum none`.
  public let quorum: String?

  /// A policy from its parts, under the same rules as the text.
  public init(
    logs: [Log], witnesses: [Witness] = [], groups: [Group] = [], quorum: String? = nil
  ) throws(TrustPolicyError) {
    let lines = Self.lines(logs: logs, witnesses: witnesses, groups: groups, quorum: quorum)
    try self.init(parsing: Array(lines.map { $0 + "\n" }.joined().utf8))
    // A name or address with white space would have become other lines or other parts.
    guard self.logs == logs, self.witnesses == witnesses, self.groups == groups, self.quorum == quorum else {
      throw .malformed(line: 1)
    }
  }

  /// Reads a policy file.
  ///
  /// Lines refer back only; one public key stands in it once.
  public init(parsing bytes: [UInt8]) throws(TrustPolicyError) {
    guard bytes.count <= Self.maximumBytes else { throw .tooLong(count: bytes.count) }
    guard let lines = Lines.split(bytes) else { throw .notEnded }
    var reading = TrustPolicyReading()
    for (number, line) in lines.enumerated() { try reading.read(line, number: number + 1) }
    guard reading.quorums.count == 1 else { throw .quorumCount(reading.quorums.count) }
    logs = reading.logs
    witnesses = reading.witnesses
    groups = reading.groups
    quorum = reading.quorums[0]
  }

  /// The policy as a file: logs, witnesses, groups, quorum; without comments.
  public var text: String {
    Self.lines(logs: logs, witnesses: witnesses, groups: groups, quorum: quorum).map { $0 + "\n" }.joined()
  }

  /// Checks that a log of the policy signed the note and that the quorum cosigned it.
  ///
  /// A line of the log or of any witness of the policy that does not verify rejects the note.
  public func verify(_ note: SignedNote) throws(TrustError) -> TrustedCheckpoint {
    let checkpoint: Checkpoint
    do { checkpoint = try Checkpoint(parsing: note.text) } catch { throw .checkpoint(error) }
    let logKeys = logs.map(\.key).filter { Lines.same($0.name, checkpoint.origin) }
    guard !logKeys.isEmpty else { throw .unknownLog(origin: checkpoint.origin) }
    let verified: [VerifiedNoteSignature]
    do { verified = try note.verified(by: logKeys + witnesses.map(\.key)) } catch { throw .note(error) }
    let signing = logKeys.filter { key in verified.contains { $0.key == key } }
    guard !signing.isEmpty else { throw .notSignedByLog(origin: checkpoint.origin) }
    let cosignatures = cosignatures(among: verified)
    guard isQuorum(cosignatures) else {
      throw .quorumNotMet(quorum: quorum ?? "none", by: cosignatures.map(\.witness))
    }
    return TrustedCheckpoint(checkpoint: checkpoint, logKeys: signing, cosignatures: cosignatures)
  }

  private func cosignatures(among verified: [VerifiedNoteSignature]) -> [TrustedCheckpoint.Cosignature] {
    var latest: [TrustedCheckpoint.Cosignature] = []
    for signature in verified {
      guard let timestamp = signature.timestamp,
        let witness = witnesses.first(where: { $0.key == signature.key })
      else { continue }
      if let place = latest.firstIndex(where: { Lines.same($0.witness, witness.name) }) {
        guard timestamp > latest[place].timestamp else { continue }
        latest[place] = .init(witness: witness.name, timestamp: timestamp)
      } else {
        latest.append(.init(witness: witness.name, timestamp: timestamp))
      }
    }
    return latest
  }

  private func isQuorum(_ cosignatures: [TrustedCheckpoint.Cosignature]) -> Bool {
    guard let quorum else { return true }
    var witnessed = Set(cosignatures.map { Array($0.witness.utf8) })
    // Groups refer back only, so one pass in order settles them.
    for group in groups where group.members.count(where: { witnessed.contains(Array($0.utf8)) }) >= group.threshold {
      witnessed.insert(Array(group.name.utf8))
    }
    return witnessed.contains(Array(quorum.utf8))
  }

  private static func lines(
    logs: [Log], witnesses: [Witness], groups: [Group], quorum: String?
  ) -> [String] {
    func ending(_ url: String?) -> String { url.map { " " + $0 } ?? "" }
    return logs.map { "log \($0.key.text)\(ending($0.url))" }
      + witnesses.map { "witness \($0.name) \($0.key.text)\(ending($0.url))" }
      + groups.map { "group \($0.name) \($0.threshold) \($0.members.joined(separator: " "))" }
      + ["quorum \(quorum ?? "none")"]
  }
}
