import ErasureDomain
public import EvidenceLog
public import HTTPTransport
import Journal

/// A witness that we ask to cosign checkpoints (C2SP tlog-witness).
public struct WitnessClient: Sendable {
  static let limits = HTTPLimits(connectSeconds: 5, firstByteSeconds: 10, totalSeconds: 15, bodyBytes: 1 << 16)
  /// The most hashes of a consistency proof (C2SP tlog-witness).
  static let mostHashes = 63

  /// The key by which its cosignatures are verified; its name is the witness's.
  public let key: NoteVerifierKey
  /// Our own name of it.
  public let name: String
  private let prefix: String
  private let loop: HTTPLoop

  /// A witness at the prefix for submissions, without a slash at its end.
  public init(name: String, key: NoteVerifierKey, prefix: String, loop: HTTPLoop) {
    self.name = name
    self.key = key
    self.prefix = prefix
    self.loop = loop
  }

  /// The witness's line over the note, verified; `lastSize` is the size of the last one that it cosigned for us.
  ///
  /// A witness that knows more, or something else, is asked to show it: only what our own key signed counts.
  func cosign(
    _ note: SignedNote, lastSize: UInt64, notBefore: UInt64, logKeys: [NoteVerifierKey], in journal: any Journal
  ) async throws(AnchorFailure) -> NoteSignature {
    var old = lastSize
    // Once more with the size that the witness names: its state may be older or newer than what we remember.
    for attempt in 1...2 {
      let response = try await submit(note, old: old, in: journal)
      switch response.status {
      case 200: return try line(in: response.body, over: note, notBefore: notBefore)
      case 409 where attempt == 1: old = try await conflict(response, note, logKeys)
      case 422:
        // Another tree of our size, or none that leads to ours: what it has says which.
        try await refuseIfItKnowsMore(than: note, logKeys)
        throw .status(422)
      default: throw .status(response.status)
      }
    }
    try await refuseIfItKnowsMore(than: note, logKeys)
    throw .status(409)
  }

  private func submit(_ note: SignedNote, old: UInt64, in journal: any Journal) async throws(AnchorFailure)
    -> HTTPResponse
  {
    let hashes: [MerkleHash]
    do {
      let size = try Checkpoint(parsing: note.text).size
      hashes = try await journal.read { reader in
        try MerkleProofs.consistency(from: min(old, size), to: size, source: reader)
      }
    } catch { throw .notKept }
    var body = Array("old \(old)\n".utf8)
    for hash in hashes.prefix(Self.mostHashes) { body += Array((hash.base64 + "\n").utf8) }
    body += [0x0A] + note.encoded
    return try await send(HTTPRequest(method: "POST", url: prefix + "/add-checkpoint", body: body, limits: Self.limits))
  }

  private func send(_ request: HTTPRequest) async throws(AnchorFailure) -> HTTPResponse {
    do { return try await loop.send(request) } catch { throw AnchorFailure(error) }
  }

  /// The size that a witness names in its 409, when the tree of that size can be ours.
  private func conflict(
    _ response: HTTPResponse, _ note: SignedNote, _ logKeys: [NoteVerifierKey]
  ) async throws(AnchorFailure) -> UInt64 {
    guard response.header("content-type")?.lowercased() == "text/x.tlog.size",
      let text = String(validating: response.body, as: UTF8.self), text.hasSuffix("\n"),
      let size = UInt64(text.dropLast()), "\(size)\n" == text
    else { throw .malformed }
    let ours: UInt64
    do { ours = try Checkpoint(parsing: note.text).size } catch { throw .malformed }
    guard size > ours else { return size }
    try await refuseIfItKnowsMore(than: note, logKeys)
    throw .baseless
  }

  /// Throws when the witness shows a larger tree of our log, or another of that size, that a key of ours signed.
  private func refuseIfItKnowsMore(
    than note: SignedNote, _ logKeys: [NoteVerifierKey]
  ) async throws(AnchorFailure) {
    let ours: Checkpoint
    do { ours = try Checkpoint(parsing: note.text) } catch { throw .malformed }
    guard let seen = try await latest(origin: ours.origin, logKeys: logKeys) else { return }
    if seen.size > ours.size { throw .ahead(size: seen.size) }
    if seen.size == ours.size, seen.root != ours.root { throw .forked(size: seen.size) }
  }

  /// The newest checkpoint of the log that the witness cosigned, by its own answer; nothing where it knows none.
  ///
  /// Signed by one of the keys, else it is no checkpoint of ours and throws.
  func latest(origin: String, logKeys: [NoteVerifierKey]) async throws(AnchorFailure) -> Checkpoint? {
    let url = prefix + "/" + ContentDigest(hashing: Array(origin.utf8)).hex + "/checkpoint"
    let response = try await send(HTTPRequest(method: "GET", url: url, limits: Self.limits))
    if response.status == 404 { return nil }
    guard response.status == 200 else { throw .status(response.status) }
    do {
      let note = try SignedNote(parsing: response.body)
      _ = try note.verified(by: logKeys)
      let checkpoint = try Checkpoint(parsing: note.text)
      guard checkpoint.origin == origin else { throw AnchorFailure.baseless }
      return checkpoint
    } catch { throw .baseless }
  }

  /// Its line in an answer; lines of other keys of the same witness are ignored.
  private func line(
    in body: [UInt8], over note: SignedNote, notBefore: UInt64
  ) throws(AnchorFailure) -> NoteSignature {
    guard body.last == 0x0A else { throw .malformed }
    let lines = body.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false)
    var own: NoteSignature?
    for line in lines {
      guard let signature = NoteSignature(line: Array(line)) else { throw .malformed }
      if signature.isBy(key) { own = signature }
    }
    guard let own else { throw .otherKey }
    let verified: [VerifiedNoteSignature]
    do {
      verified = try SignedNote(text: note.text, signatures: [own]).verified(by: [key])
    } catch { throw .badSignature }
    guard let timestamp = verified.first?.timestamp, timestamp > 0 else { throw .badSignature }
    guard timestamp >= notBefore else { throw .olderTime }
    return own
  }
}
