import EvidenceLog
import Journal

/// How far the log was signed, as a place says that is not our database.
struct HighWaterMark: Sendable {
  /// In words: a file, a witness.
  let place: String
  let size: UInt64
  let root: MerkleHash
  let note: [UInt8]
}

extension CheckpointPublisher {
  /// Compares the journal with everything outside that knows how far it was signed: the published folder, the second
  /// place, and the witnesses.
  ///
  /// When something larger, or something else, was signed, the journal is halted: our database was set back. A place that
  /// cannot be asked says nothing.
  public func compareWithOutside() async throws(PublishingFailure) {
    var marks = [try await mark(in: folder), try await secondMark()].compactMap { $0 }
    for (place, checkpoint) in await anchors.seen(origin: origin, logKeys: logKeys) {
      marks.append(HighWaterMark(place: place, size: checkpoint.size, root: checkpoint.root, note: []))
    }
    try await requireExtension(of: marks, size: journal.frontier.size)
  }

  /// The checkpoint in a folder, signed by a key that our log has or had; nothing when there is none.
  func mark(in folder: DurableFolder) async throws(PublishingFailure) -> HighWaterMark? {
    guard let bytes = try await folder.read(Self.checkpointFile) else { return nil }
    let path = "\(folder.path)/\(Self.checkpointFile)"
    do {
      let note = try SignedNote(parsing: bytes)
      _ = try note.verified(by: logKeys)
      let checkpoint = try Checkpoint(parsing: note.text)
      guard checkpoint.origin == origin else {
        throw PublishingFailure.otherOrigin(expected: origin, found: checkpoint.origin)
      }
      return HighWaterMark(place: path, size: checkpoint.size, root: checkpoint.root, note: bytes)
    } catch {
      throw .foreignCheckpoint(path: path, String(describing: error))
    }
  }

  /// The mark on another disk. One that cannot be read is a trouble and stops nothing.
  func secondMark() async throws(PublishingFailure) -> HighWaterMark? {
    guard let secondPlace else { return nil }
    do { return try await mark(in: secondPlace) } catch {
      guard case .file = error else { throw error }
      await noteSecondPlace(error)
      return nil
    }
  }

  func noteSecondPlace(_ failure: PublishingFailure?) async {
    let code: String? =
      if case .file(_, let code)? = failure { "error-\(code)" } else { failure.map { _ in "foreign" } }
    await anchors.note(
      CheckpointAnchors.secondPlace,
      code.map { CheckpointAnchors.Trouble(anchor: CheckpointAnchors.secondPlace, code: $0) })
  }

  /// Halts the journal unless it extends every mark, and what it stored as signed itself.
  func requireExtension(of marks: [HighWaterMark], size: UInt64) async throws(PublishingFailure) {
    // The farthest first: it is the one to go on from.
    let marks = marks.sorted { $0.size > $1.size }
    let problem = try await read { reader -> JournalFailure? in
      if let farthest = marks.first, farthest.size > size {
        return .rolledBack(ours: size, seen: farthest.size, place: farthest.place)
      }
      var signed = marks.map { (place: $0.place, size: $0.size, root: $0.root) }
      if let stored = try reader.newestCheckpoint() {
        let checkpoint = try Checkpoint(parsing: SignedNote(parsing: stored.note).text)
        signed.append(("our own table", checkpoint.size, checkpoint.root))
      }
      for one in signed {
        guard one.size <= size, try MerkleProofs.root(size: one.size, source: reader) == one.root else {
          return .forked(size: one.size, place: one.place)
        }
      }
      return nil
    }
    guard let problem else { return }
    journal.halt(problem)
    throw .journal(problem)
  }
}
