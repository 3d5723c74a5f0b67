import ErasureDomain

/// The signed head of the evidence, and those that the auditor has kept.
struct CheckpointCheck {
  static let path = "checkpoint"

  /// A checkpoint of the same log that the auditor kept.
  struct Earlier {
    /// Which of those he gave, from 1.
    let number: Int
    let checkpoint: Checkpoint
  }

  let bytes: [UInt8]
  let trusted: TrustedCheckpoint
  let earlier: [Earlier]

  /// Reads and verifies the checkpoint; nothing, with a finding, when it is not to be trusted.
  init?(_ files: some EvidenceFiles, _ trust: AuditTrust, _ result: inout AuditResult) throws {
    guard let bytes = try files.read(Self.path) else {
      result.wrong(Self.path, "the file is absent: nothing says which tree was signed")
      return nil
    }
    let note: SignedNote
    do {
      note = try SignedNote(parsing: bytes)
      trusted = try trust.policy.verify(note)
    } catch {
      result.wrong(Self.path, "\(error)")
      result.notChecked.append("anything else: without a trusted checkpoint nothing else says anything")
      return nil
    }
    self.bytes = bytes
    let checkpoint = trusted.checkpoint
    result.checked.append(
      "checkpoint of \(checkpoint.origin) over \(checkpoint.size) entries, signed by the log's key")
    for cosignature in trusted.cosignatures {
      let time = UTCTime(secondsSince1970: Int64(clamping: cosignature.timestamp))
      result.checked.append("witness \(cosignature.witness) had seen at most this tree at \(time)")
    }
    if trusted.cosignatures.isEmpty {
      let isStamped = try files.read(StampCheck.path) != nil
      result.notChecked.append(
        "when this was written, as seen from outside: no witness of your policy has cosigned"
          + (isStamped ? "; there is a time stamp" : " (not anchored outside)"))
    }
    let known = trusted.logKeys + trust.policy.witnesses.map(\.key)
    let others = note.signatures.count { line in !known.contains { line.isBy($0) } }
    if others > 0 { result.notChecked.append("\(others) signature lines by keys that your policy does not name") }
    if !checkpoint.extensions.isEmpty {
      result.wrong(Self.path, "the checkpoint has extension lines; a log of ours never signs any")
    }
    earlier = Self.earlier(trust, checkpoint, &result)
  }

  private static func earlier(
    _ trust: AuditTrust, _ newest: Checkpoint, _ result: inout AuditResult
  ) -> [Earlier] {
    var kept: [Earlier] = []
    let keys = trust.policy.logs.map(\.key).filter { Lines.same($0.name, newest.origin) }
    for (place, bytes) in trust.earlier.enumerated() {
      let name = "the checkpoint you kept (\(place + 1))"
      do {
        let note = try SignedNote(parsing: bytes)
        _ = try note.verified(by: keys)
        let checkpoint = try Checkpoint(parsing: note.text)
        guard Lines.same(checkpoint.origin, newest.origin) else {
          result.wrong(Self.path, "\(name) is of \(checkpoint.origin), this evidence of \(newest.origin)")
          continue
        }
        guard checkpoint.size <= newest.size else {
          result.wrong(
            Self.path,
            "\(name) has \(checkpoint.size) entries, this log only \(newest.size): entries were taken back or this is"
              + " an old copy")
          continue
        }
        kept.append(Earlier(number: place + 1, checkpoint: checkpoint))
      } catch {
        result.wrong(Self.path, "\(name) is not one of this log: \(error)")
      }
    }
    if trust.earlier.isEmpty {
      result.notChecked.append(
        "whether this log continues one that you saw before, or requests were left out with their numbers, or its end was"
          + " cut off: no earlier checkpoint given (--old); keep this one")
    }
    return kept
  }

  /// Two signed trees that cannot both be the log's.
  static func fork(_ earlier: Earlier, newest: Checkpoint, _ result: inout AuditResult) {
    let old = earlier.checkpoint
    result.wrong(
      Self.path,
      "the log forked: you were given \(old.size) entries with root \(old.root), and the signed tree of \(newest.size)"
        + " entries with root \(newest.root) does not begin with them; keep both checkpoints")
  }
}
