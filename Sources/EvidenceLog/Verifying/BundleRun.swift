import ErasureDomain

/// One audit of a bundle.
struct BundleRun<Files: EvidenceFiles> {
  private let files: Files
  private let layout: BundleLayout
  private let checkpoint: CheckpointCheck
  private let trust: AuditTrust
  private var result: AuditResult
  private let reader: EntryReader
  private var replay: EvidenceReplay

  init(
    _ files: Files, _ layout: BundleLayout, _ checkpoint: CheckpointCheck, _ trust: AuditTrust, _ result: AuditResult
  ) throws {
    self.files = files
    self.layout = layout
    self.checkpoint = checkpoint
    self.trust = trust
    self.result = result
    // What was approved, the signatures and the report may stand in their readable places only.
    var elsewhere: [ContentDigest: String] = [:]
    for path in layout.approvals + (layout.hasReport ? [BundleLayout.report] : []) {
      if let bytes = try files.read(path) { elsewhere[ContentDigest(hashing: bytes)] = path }
    }
    let (artifacts, places) = (ArtifactFiles(files, below: BundleLayout.artifacts), elsewhere)
    let file = { (digest: ContentDigest) throws -> ArtifactFile? in
      if let file = try artifacts.file(digest), file.seen.hasItsDigest { return file }
      return try places[digest].flatMap { try files.read($0) }.map { ArtifactFile($0, as: digest) }
    }
    reader = EntryReader(trust.signatures, artifact: file)
    replay = EvidenceReplay(scope: .oneRequest, checkpoint: checkpoint.trusted, trust: trust) { try file($0)?.bytes }
  }

  // MARK: Policy

  mutating func comparePolicy() throws {
    guard let bytes = try files.read(BundleLayout.policy) else { return }
    do {
      let policy = try TrustPolicy(parsing: bytes)
      if policy.meaning == trust.policy.meaning {
        result.checked.append("the policy in the bundle means the same as yours")
      } else {
        result.warnings.append(
          "policy: the one in the bundle trusts other keys or asks for another quorum than yours; yours was used")
      }
    } catch {
      result.wrong(BundleLayout.policy, "\(error)")
    }
  }

  // MARK: Entries

  mutating func walkEntries() throws {
    var proofs = layout.proofs
    for index in layout.entries {
      let path = "entries/\(index).json"
      guard let bytes = try files.read(path) else { continue }
      proofs.remove(index)
      // By itself, so that all it names is read.
      var reader = reader
      let entry = try reader.read(bytes)
      guard try isProved(index, entry.leaf, path) else { continue }
      try replay.apply(entry, entry.artifacts, at: EvidenceReplay.Place(index: index, path: path, byte: nil))
    }
    for index in proofs.sorted() {
      let path = "entries/\(index).json"
      result.add(AuditFinding(entry: index, path: path, reason: "there is a proof for this entry and no entry"))
    }
    result.checked.append("\(layout.entries.count) entries are in the tree of the checkpoint, each with its proof")
  }

  private mutating func isProved(_ index: UInt64, _ leaf: MerkleHash, _ entryPath: String) throws -> Bool {
    let path = "proofs/\(index).tlog-proof"
    let trusted = checkpoint.trusted.checkpoint
    guard let bytes = try files.read(path) else {
      result.add(AuditFinding(entry: index, path: path, reason: "the entry has no proof"))
      return false
    }
    do {
      let proof = try TlogProof(parsing: bytes)
      guard proof.checkpoint.encoded == checkpoint.bytes else {
        result.add(AuditFinding(entry: index, path: path, reason: "the proof is against another checkpoint"))
        return false
      }
      guard proof.index == index else {
        result.add(AuditFinding(entry: index, path: path, reason: "the proof is for entry \(proof.index)"))
        return false
      }
      guard proof.extra == nil else {
        result.add(AuditFinding(entry: index, path: path, reason: "the proof has extra data; ours has none"))
        return false
      }
      try MerkleProofs.verifyInclusion(
        leaf: leaf, index: index, size: trusted.size, proof: proof.hashes, root: trusted.root)
      return true
    } catch let error as ProofError {
      // Either of the two was changed; hashes do not say which.
      result.add(AuditFinding(entry: index, path: entryPath, reason: "\(path) does not prove this entry: \(error)"))
      return false
    } catch {
      result.add(AuditFinding(entry: index, path: path, reason: "\(error)"))
      return false
    }
  }

  /// The bundle is about one request, has the log's first entry, and says whether its list is complete.
  mutating func requireOneRequest() {
    if !layout.entries.contains(0) {
      result.add(
        AuditFinding(entry: 0, path: "entries/0.json", reason: "the log's first entry is absent; it names log and key"))
    }
    if replay.histories.count > 1 {
      let others = replay.histories.values.compactMap(\.entries.first?.index).sorted()
      result.add(
        AuditFinding(
          entry: others[1], path: "entries/\(others[1]).json", reason: "the entry is of another request"))
    }
    for stray in replay.strays {
      result.add(AuditFinding(entry: stray.index, path: stray.path, reason: "the entry belongs to no request"))
    }
    guard let history = replay.histories.values.first else {
      return result.wrong("entries", "there is no entry of a request")
    }
    let isEnded = history.entries.last?.entry.kind == RequestEnded.kind
    if history.concluded == nil, !isEnded {
      result.notChecked.append(
        "whether all entries of the request are here: it is not concluded, so no entry lists them yet")
    } else if !isEnded {
      result.notChecked.append(
        "whether all entries after the conclusion are here: request.ended will list them, or see the whole log")
    }
  }

  // MARK: Consistency

  mutating func compareConsistency() throws {
    let newest = checkpoint.trusted.checkpoint
    var used: Set<String> = []
    for earlier in checkpoint.earlier {
      let old = earlier.checkpoint
      let path = "consistency/\(old.size)-\(newest.size)"
      if old.size == newest.size {
        if old.root != newest.root { CheckpointCheck.fork(earlier, newest: newest, &result) }
        continue
      }
      guard let bytes = try files.read(path) else {
        result.notChecked.append(
          "whether the log continues the \(old.size) entries that you saw before: \(path) is absent; ask for it, or for"
            + " the whole log")
        continue
      }
      used.insert(path)
      guard let hashes = Self.hashes(bytes) else {
        result.wrong(path, "not one base64 hash a line")
        continue
      }
      do {
        try MerkleProofs.verifyConsistency(
          from: old.size, to: newest.size, fromRoot: old.root, toRoot: newest.root, proof: hashes)
        result.checked.append("the log continues the checkpoint of \(old.size) entries that you kept")
      } catch {
        result.wrong(path, "it does not show that the log continues the checkpoint you kept: \(error)")
      }
    }
    for (path, _, new) in layout.consistency where !used.contains(path) {
      guard new == newest.size else {
        result.wrong(path, "it is not about this checkpoint of \(newest.size) entries")
        continue
      }
      result.notChecked.append("\(path): give the checkpoint that it starts from (--old)")
    }
  }

  private static func hashes(_ bytes: [UInt8]) -> [MerkleHash]? {
    guard let lines = Lines.split(bytes) else { return nil }
    let hashes = lines.compactMap { MerkleHash(base64: String(decoding: $0, as: UTF8.self)) }
    return hashes.count == lines.count ? hashes : nil
  }

  // MARK: Approvals, artifacts, report

  /// `approvals/<n>` are the texts and signatures of approvals, refusals and attestations, in the order of entries.
  mutating func compareApprovals() throws {
    var expected: [String: (digest: ContentDigest, entry: UInt64)] = [:]
    for (number, decision) in replay.decisions.enumerated() {
      expected["approvals/\(number + 1).txt"] = (decision.text, decision.index)
      expected["approvals/\(number + 1).sig"] = (decision.signature, decision.index)
    }
    for path in layout.approvals {
      guard let bytes = try files.read(path) else { continue }
      guard let (digest, _) = expected.removeValue(forKey: path) else {
        result.wrong(path, "no entry names this approval")
        continue
      }
      if ContentDigest(hashing: bytes) != digest { result.wrong(path, "it is not what the entry names in this place") }
      if let offset = PersonalDataScan.emailAddress(in: bytes) {
        result.wrong(path, byte: offset, "something like an e-mail address stands in it")
      }
    }
    for (path, (digest, entry)) in expected.sorted(by: { $0.key < $1.key }) where !replay.ledger.isDestroyed(digest) {
      result.add(AuditFinding(entry: entry, path: path, reason: "the entry names it, and it is absent"))
    }
  }

  mutating func compareArtifacts() throws {
    // Entries that are absent or unproved may have named what no other names.
    let isWhole = result.isVerified
    replay.addFindings(to: &result)
    let ledger = replay.ledger
    var present: Set<ContentDigest> = []
    for digest in layout.artifacts {
      let path = BundleLayout.artifacts + digest.hex
      guard let bytes = try files.read(path) else { continue }
      present.insert(digest)
      ArtifactRules.check(
        ArtifactRules.Seen(bytes, as: digest), digest, below: BundleLayout.artifacts, ledger, namesAreKnown: isWhole,
        &result)
    }
    result.checked.append("\(present.count) artifacts have the digest that is their name")
    for digest in ledger.required.keys where try replay.answers.artifact(digest) != nil { present.insert(digest) }
    let (findings, notChecked) = ledger.compare(folder: BundleLayout.artifacts) { present.contains($0) }
    for finding in findings { result.add(finding) }
    result.notChecked += notChecked
  }

  /// `report.txt` is a report that an entry names: the newest, or that of the conclusion.
  mutating func compareReport() throws {
    let entries = replay.histories.values.first?.entries ?? []
    var named: [(digest: ContentDigest, entry: UInt64)] = []
    for (index, entry) in entries {
      if let facts = try? entry.facts(as: RequestConcluded.self) { named.append((facts.report, index)) }
      if let facts = try? entry.facts(as: RequestEnded.self) { named.append((facts.report, index)) }
    }
    let path = BundleLayout.report
    guard let newest = named.last else {
      if layout.hasReport { result.wrong(path, "no entry names a report") }
      return
    }
    guard let bytes = try files.read(path) else {
      let isConcluded = entries.contains { $0.entry.kind == RequestConcluded.kind }
      if isConcluded, !replay.ledger.isDestroyed(newest.digest) {
        result.add(AuditFinding(entry: newest.entry, path: path, reason: "the report that the entry names is absent"))
      }
      return
    }
    let digest = ContentDigest(hashing: bytes)
    guard named.contains(where: { $0.digest == digest }) else {
      return result.wrong(path, "it is not the report that entry \(newest.entry) names")
    }
    if digest != newest.digest {
      result.warnings.append("\(path): entry \(newest.entry) names a newer report, \(newest.digest) among artifacts/")
    }
  }

  /// `index.html` is what the entries give.
  mutating func comparePage() throws {
    let path = BundleLayout.page
    guard layout.hasPage, result.isVerified, let bytes = try files.read(path) else { return }
    do {
      let made = try Explanation(of: nil, in: EvidenceSource(files)).page
      guard made != bytes else {
        return result.checked.append("\(path) was made again from the entries and is the same")
      }
      guard Explanation.form(of: bytes) == Explanation.form else {
        return result.notChecked.append("\(path): it has another form than this program makes")
      }
      let same = zip(made, bytes).prefix { $0 == $1 }
      let line = same.count { $0.0 == Lines.newline } + 1
      result.wrong(path, byte: same.count, "line \(line) is not the one that the entries give")
    } catch let problem as AuditingProblem {
      result.wrong(path, "it cannot be made from the entries: \(problem)")
    }
  }

  func finished() -> AuditResult {
    var finished = result
    replay.summarise(into: &finished)
    finished.notChecked.append("README.txt: it is for people and no evidence")
    if layout.hasVerifier { finished.compareVerifier(try? files.read(BundleLayout.verifier)) }
    return finished
  }
}
