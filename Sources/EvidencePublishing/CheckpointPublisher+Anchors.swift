import ErasureDomain
import EvidenceLog
import Journal

// What witnesses and the authority say, once it has come.
extension CheckpointPublisher {
  /// Publishes, and waits until those outside have answered or their time is over: for evidence that is handed out.
  @discardableResult
  public func publishAnchored() async throws(PublishingFailure) -> UInt64 {
    let size = try await publish()
    await anchored()
    return size
  }

  /// Returns when nobody outside is being asked any more.
  public func anchored() async { while let task = anchoring { await task.value } }

  /// Asks again for what the newest checkpoint lacks, and signs nothing new: a checkpoint for each try would never end.
  public func anchorAgain() async {
    guard anchors.isConfigured, journal.failure == nil else { return }
    startAnchoring()
    await anchored()
  }

  /// Asks for the newest checkpoint in the background; at most one such task runs, and it sees what came meanwhile.
  func startAnchoring() {
    mustAnchorAgain = true
    guard anchoring == nil else { return }
    anchoring = Task { await self.anchorUntilNewest() }
  }

  private func anchorUntilNewest() async {
    while mustAnchorAgain {
      mustAnchorAgain = false
      do { try await anchorNewest() } catch {
        // What could not be written is written by the next run; the folder's own failures are told by `publish`.
        await anchors.note(CheckpointAnchors.folder, .notKept)
      }
    }
    anchoring = nil
  }

  private func anchorNewest() async throws(PublishingFailure) {
    let newest = try await read { reader in try reader.newestCheckpoint().map { (size: $0.size, note: $0.note) } }
    guard let newest else { return }
    if let halt = await anchors.cosign(newest, logKeys: logKeys, in: journal) {
      journal.halt(halt)
      return
    }
    try await writeAgain(newest.size)
    let bytes = try await read { reader in try reader.cosigned(newest) }
    await anchors.stamp(bytes, size: newest.size, in: journal)
    try await writeAgain(newest.size)
  }

  /// Writes the checkpoint of that size anew with what has come, unless a larger one is published by now.
  private func writeAgain(_ size: UInt64) async throws(PublishingFailure) {
    await enter()
    defer { leave() }
    guard let published = try await mark(in: folder), published.size == size else { return }
    try await writeCheckpoint(size: size, replacing: published.note)
  }

  /// The checkpoint as it is known now, then its time stamp; a stamp of other bytes is taken away before.
  func writeCheckpoint(size: UInt64, replacing old: [UInt8]?) async throws(PublishingFailure) {
    let (bytes, stamp) = try await read { reader -> ([UInt8], StoredTimeStamp?) in
      guard let stored = try reader.checkpoint(atLeast: size), stored.size == size else {
        throw JournalFailure.corrupt(at: nil)
      }
      let bytes = try reader.cosigned(stored)
      return (bytes, try reader.timeStamp(of: size, imprint: ContentDigest(hashing: bytes)))
    }
    if bytes != old {
      try await folder.remove(Self.stampFile)
      try await folder.write([(name: Self.checkpointFile, bytes: bytes)])
    }
    if let stamp, try await folder.read(Self.stampFile) != stamp.reply {
      var files = [(name: Self.stampFile, bytes: stamp.reply)]
      if stamp.authorities.isEmpty {
        try await folder.remove(Self.authoritiesFile)
      } else {
        files.insert((name: Self.authoritiesFile, bytes: stamp.authorities), at: 0)
      }
      try await folder.write(files)
    }
    await writeSecondPlace(bytes)
  }

  private func writeSecondPlace(_ bytes: [UInt8]) async {
    guard let secondPlace else { return }
    do {
      // Not made here: a disk that is not mounted must not look like one that is.
      try await secondPlace.requireFolder()
      if try await secondPlace.read(Self.checkpointFile) != bytes {
        try await secondPlace.write([(name: Self.checkpointFile, bytes: bytes)])
      }
      await noteSecondPlace(nil)
    } catch {
      await noteSecondPlace(error)
    }
  }
}
