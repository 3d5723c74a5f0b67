public import ErasureDomain
public import EvidenceLog
public import Journal

/// The evidence about one request, for an auditor who has nothing of ours (`FORMAT.md`, "Evidence bundle").
public enum EvidenceBundle {
  /// A file of the bundle: its path within it, and its bytes.
  public typealias File = (path: String, bytes: [UInt8])

  /// The bundle of everything that is recorded about the request, all against the newest checkpoint.
  ///
  /// Without a policy the bundle's own names the log's key and no witness. Throws `notCovered` when an entry is newer
  /// than the newest checkpoint: publish first.
  public static func export(
    request: RequestReference, from journal: any Journal, policy: TrustPolicy? = nil
  ) async throws(PublishingFailure) -> [File] {
    let result: Result<[File], PublishingFailure>
    do {
      result = try await journal.read { reader in
        do {
          return .success(try export(request: request, from: reader, policy: policy))
        } catch {
          return .failure(PublishingFailure(error))
        }
      }
    } catch {
      throw .journal(error)
    }
    return try result.get()
  }

  /// The same from a view of the journal.
  public static func export(
    request: RequestReference, from reader: any JournalReader, policy: TrustPolicy? = nil
  ) throws -> [File] {
    guard let record = try reader.request(request) else { throw PublishingFailure.unknown(request.text) }
    guard record.artifactsDestroyed != true else { throw PublishingFailure.destroyed(number: record.number) }
    guard let first = try reader.entries(from: 0, to: 1).first, let opened = try reader.log().opened else {
      throw PublishingFailure.unknown("the log's opening")
    }
    let own = try reader.entries(of: request)
    let entries = (own.first?.index == 0 ? [] : [first]) + own
    let last = entries.last?.index ?? 0
    let policy = try policy ?? TrustPolicy(logs: [.init(key: NoteVerifierKey(parsing: opened.vkey))])
    let newest = try checkpoint(covering: last, policy, reader)
    let checkpoint = try SignedNote(parsing: newest.note)
    var files: [File] = [
      (path: "policy", bytes: Array(policy.text.utf8)), (path: "checkpoint", bytes: newest.note),
    ]
    let stamp = try reader.timeStamp(of: newest.size, imprint: ContentDigest(hashing: newest.note))
    if let stamp {
      files.append((path: "checkpoint.tsr", bytes: stamp.reply))
      if !stamp.authorities.isEmpty { files.append((path: "tsa/ca.pem", bytes: stamp.authorities)) }
    }
    for entry in entries {
      let hashes = try MerkleProofs.inclusion(index: entry.index, size: newest.size, source: reader)
      let proof = try TlogProof(index: entry.index, hashes: hashes, checkpoint: checkpoint)
      files.append((path: "entries/\(entry.index).json", bytes: entry.bytes))
      files.append((path: "proofs/\(entry.index).tlog-proof", bytes: proof.encoded))
    }
    let signatures = try entries.compactMap { try SignedDecision($0.entry) }
    for (place, signature) in signatures.enumerated() {
      if let text = try reader.artifact(signature.text) {
        files.append((path: "approvals/\(place + 1).txt", bytes: text))
      }
      if let bytes = try reader.artifact(signature.signature) {
        files.append((path: "approvals/\(place + 1).sig", bytes: bytes))
      }
    }
    let configuration = entries.filter { PersonalDataScan.isConfiguration($0.entry.kind) }
      .reduce(into: Set()) { $0.formUnion($1.entry.namedDigests) }
    // Bytes of the authority and no text: whatever they look like is chance.
    var exempt: Set<String> = [CheckpointPublisher.stampFile, CheckpointPublisher.authoritiesFile]
    for digest in entries.reduce(into: Set(), { $0.formUnion($1.entry.namedDigests) }).sorted() {
      guard let bytes = try reader.artifact(digest) else { continue }
      let path = "artifacts/sha256/\(digest.hex)"
      if configuration.contains(digest) { exempt.insert(path) }
      files.append((path: path, bytes: bytes))
    }
    if let report = try report(entries), let bytes = try reader.artifact(report) {
      files.append((path: "report.txt", bytes: bytes))
    }
    let readMe = BundleReadMe(
      request: request, origin: opened.origin, size: newest.size, lastEntry: last, signatures: signatures,
      anchoring: try Anchoring(checkpoint, policy, stamp))
    files.append((path: AuditorsFolder.verifier, bytes: AuditorsFolder.verifierBytes))
    files.append((path: "README.txt", bytes: Array(readMe.text.utf8)))
    for file in files where !exempt.contains(file.path) && file.path != AuditorsFolder.verifier {
      guard let hit = PersonalDataScan.hit(in: file.bytes) else { continue }
      throw PublishingFailure.personalData(place: "\(file.path): \(hit)")
    }
    let page = try Explanation(of: nil, in: EvidenceSource(BundleFiles(files))).page
    return files + [(path: AuditorsFolder.index, bytes: page)]
  }

  /// How many checkpoints are looked at for one that is cosigned as the policy asks.
  private static let mostCheckpoints = 50

  /// The newest checkpoint over the entry that the policy's quorum cosigned; where none did, the newest of all: evidence
  /// does not wait for a witness that is down.
  private static func checkpoint(
    covering entry: UInt64, _ policy: TrustPolicy, _ reader: any JournalReader
  ) throws -> (size: UInt64, note: [UInt8]) {
    guard let newest = try reader.newestCheckpoint(), entry < newest.size else {
      throw PublishingFailure.notCovered(entry: entry)
    }
    let all = try policy.quorum == nil ? [newest] : reader.checkpoints(from: entry + 1, limit: mostCheckpoints)
    for stored in all.reversed() {
      let note = try reader.cosigned(stored)
      do {
        _ = try policy.verify(try SignedNote(parsing: note))
        return (stored.size, note)
      } catch is TrustError { continue }
    }
    return (newest.size, try reader.cosigned(newest))
  }

  /// The erasure report of the request's end, else of its conclusion.
  private static func report(_ entries: [IndexedEntry]) throws -> ContentDigest? {
    if let ended = entries.last(where: { $0.entry.kind == RequestEnded.kind }) {
      return try ended.entry.facts(as: RequestEnded.self).report
    }
    guard let concluded = entries.last(where: { $0.entry.kind == RequestConcluded.kind }) else { return nil }
    return try concluded.entry.facts(as: RequestConcluded.self).report
  }
}

/// A bundle that is not written yet.
private struct BundleFiles: EvidenceFiles {
  private let files: [String: [UInt8]]

  init(_ files: [EvidenceBundle.File]) {
    self.files = Dictionary(files.map { ($0.path, $0.bytes) }) { first, _ in first }
  }

  func read(_ path: String) throws -> [UInt8]? { files[path] }
  func list() throws -> [String] { Array(files.keys) }
}
