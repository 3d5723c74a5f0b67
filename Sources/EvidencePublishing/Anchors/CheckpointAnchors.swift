import ErasureDomain
import EvidenceLog
import Journal

/// Those outside who say when they saw our log: witnesses, and a time-stamping authority.
///
/// Whoever is down delays nothing: what is missing is a warning, and is asked for again.
public actor CheckpointAnchors {
  /// Something that did not come.
  public struct Trouble: Hashable, Sendable {
    /// Our own name of the witness, `time-stamp`, or `second-place`.
    public var anchor: String
    /// One word, never one of theirs.
    public var code: String
    /// Whether the answer itself was wrong.
    public var isWrongAnswer: Bool

    public init(anchor: String, code: String, isWrongAnswer: Bool = false) {
      self.anchor = anchor
      self.code = code
      self.isWrongAnswer = isWrongAnswer
    }
  }

  nonisolated let witnesses: [WitnessClient]
  nonisolated let authority: TimeStampAuthority?
  private let report: @Sendable (Trouble) async -> Void
  private var troubles: [String: Trouble] = [:]

  /// Who is asked, and who hears of what did not come.
  public init(
    witnesses: [WitnessClient] = [], authority: TimeStampAuthority? = nil,
    report: @escaping @Sendable (Trouble) async -> Void = { _ in }
  ) {
    self.witnesses = witnesses
    self.authority = authority
    self.report = report
  }

  /// Whether anybody is asked at all.
  public nonisolated var isConfigured: Bool { !witnesses.isEmpty || authority != nil }

  /// What did not come when it was asked for last, in words.
  public var warnings: [String] {
    return (isConfigured ? [] : [Self.notAnchored])
      + troubles.values.sorted { $0.anchor < $1.anchor }.map { trouble in
        switch trouble.anchor {
        case TimeStampAuthority.name:
          "the newest checkpoint has no time stamp (\(trouble.code)); it is asked for again"
        case TimeStampAuthority.lists:
          "the newest time stamp was kept without a list of revoked certificates of its day (\(trouble.code)); the next one "
            + "asks again"
        case Self.secondPlace:
          "the second place of the checkpoint could not be written (\(trouble.code)); look at high-water-mark"
        case Self.folder:
          "what came from outside could not be written beside the log (\(trouble.code)); it is written with the next"
        default:
          "witness \(trouble.anchor) has not cosigned the newest checkpoint (\(trouble.code)); it is asked again"
        }
      }
  }

  static let secondPlace = "second-place"
  static let folder = "folder"
  /// What is to be said where nobody outside sees the log.
  public static let notAnchored =
    "not anchored outside: neither a witness nor a time-stamping authority is configured"

  func note(_ anchor: String, _ failure: AnchorFailure?) async {
    await note(anchor, failure.map { Trouble(anchor: anchor, code: $0.code, isWrongAnswer: $0.isWrongAnswer) })
  }

  func note(_ anchor: String, _ trouble: Trouble?) async {
    troubles[anchor] = trouble
    if let trouble { await report(trouble) }
  }

  // MARK: Asking

  /// Asks every witness that has not cosigned the checkpoint yet, all at once, and keeps what they answer.
  ///
  /// Returns why nothing may be signed any more, when a witness shows that more, or something else, was signed before.
  func cosign(
    _ stored: (size: UInt64, note: [UInt8]), logKeys: [NoteVerifierKey], in journal: any Journal
  ) async -> JournalFailure? {
    let answers = await withTaskGroup(of: (String, AnchorFailure?).self) { group in
      for witness in witnesses {
        group.addTask {
          do throws(AnchorFailure) {
            try await Self.cosign(stored, by: witness, logKeys: logKeys, in: journal)
            return (witness.name, nil)
          } catch {
            return (witness.name, error)
          }
        }
      }
      var answers: [(String, AnchorFailure?)] = []
      for await answer in group { answers.append(answer) }
      return answers
    }
    var halt: JournalFailure?
    for (name, failure) in answers {
      await note(name, failure)
      switch failure {
      case .ahead(let size)?:
        halt = .rolledBack(ours: stored.size, seen: size, place: "witness \(name)")
      case .forked(let size)?: halt = halt ?? .forked(size: size, place: "witness \(name)")
      default: break
      }
    }
    return halt
  }

  private static func cosign(
    _ stored: (size: UInt64, note: [UInt8]), by witness: WitnessClient, logKeys: [NoteVerifierKey],
    in journal: any Journal
  ) async throws(AnchorFailure) {
    let last: (size: UInt64, timestamp: UInt64)
    let note: SignedNote
    do {
      note = try SignedNote(parsing: stored.note)
      last = try await journal.read { reader in try Self.last(of: witness, reader) }
    } catch { throw .notKept }
    if last.size == stored.size { return }
    let line = try await witness.cosign(
      note, lastSize: last.size, notBefore: last.timestamp, logKeys: logKeys, in: journal)
    do {
      try await journal.store(
        anchor: .cosignature(size: stored.size, witness: witness.key.name, line: line.line))
    } catch { throw .notKept }
  }

  /// The largest size that the witness cosigned, with its time; zeros where it never did.
  private static func last(
    of witness: WitnessClient, _ reader: any JournalReader
  ) throws -> (size: UInt64, timestamp: UInt64) {
    guard let size = try reader.newestCosigned(by: witness.key.name), let stored = try reader.checkpoint(atLeast: size),
      stored.size == size
    else { return (0, 0) }
    let text = try SignedNote(parsing: stored.note).text
    var newest: UInt64?
    for (name, line) in try reader.cosignatures(of: size) where name == witness.key.name {
      guard let signature = NoteSignature(line: Array(line.utf8)), signature.isBy(witness.key) else { continue }
      let verified = try SignedNote(text: text, signatures: [signature]).verified(by: [witness.key])
      newest = max(newest ?? 0, verified.first?.timestamp ?? 0)
    }
    // A line by a key that the witness no longer has says nothing about this one.
    return newest.map { (size, $0) } ?? (0, 0)
  }

  /// Asks the authority for a stamp over the published bytes, unless there is one.
  func stamp(_ bytes: [UInt8], size: UInt64, in journal: any Journal) async {
    guard let authority else { return }
    do throws(AnchorFailure) {
      let imprint = ContentDigest(hashing: bytes)
      let known: StoredTimeStamp?
      do { known = try await journal.read { reader in try reader.timeStamp(of: size, imprint: imprint) } } catch {
        throw .notKept
      }
      if known == nil {
        let (stamp, missing) = try await authority.stamp(bytes)
        do { try await journal.store(anchor: .timeStamp(size: size, stamp)) } catch { throw .notKept }
        await note(TimeStampAuthority.lists, missing)
      }
      await note(TimeStampAuthority.name, nil as AnchorFailure?)
    } catch {
      await note(TimeStampAuthority.name, error)
    }
  }

  // MARK: High-water marks

  /// What the witnesses know of the log; one that does not answer, or shows what our keys did not sign, is left out.
  func seen(origin: String, logKeys: [NoteVerifierKey]) async -> [(place: String, checkpoint: Checkpoint)] {
    let answers = await withTaskGroup(of: (String, Result<Checkpoint?, AnchorFailure>).self) { group in
      for witness in witnesses {
        group.addTask {
          do throws(AnchorFailure) {
            return (witness.name, .success(try await witness.latest(origin: origin, logKeys: logKeys)))
          } catch {
            return (witness.name, .failure(error))
          }
        }
      }
      var answers: [(String, Result<Checkpoint?, AnchorFailure>)] = []
      for await answer in group { answers.append(answer) }
      return answers
    }
    var seen: [(place: String, checkpoint: Checkpoint)] = []
    for (name, answer) in answers {
      switch answer {
      case .success(let checkpoint): if let checkpoint { seen.append(("witness \(name)", checkpoint)) }
      case .failure(let failure): await note(name, failure)
      }
    }
    return seen
  }
}
