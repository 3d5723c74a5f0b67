import ErasureDomain
import Journal
import Logging

// What people and companies signed about a request, and its reports, are kept for a time of their own after its end
// (requirements.md J7). The log holds no person, and stays.
extension OfficerDesk {
  /// Digests in one entry: it has at most 65,535 bytes.
  private static let mostDigests = 500

  /// Destroys the artifacts of requests that ended so long ago, and logs it in the same append. Returns of how many.
  public func destroyOverdueArtifacts() async throws -> Int {
    guard let months = settings.artifactMonths else { return 0 }
    let today = clock.today
    var gone = 0
    try await forEach(.closed) { record in
      guard let ended = record.endedAt, record.artifactsDestroyed != true,
        clock.day(of: ended).adding(months: months) < today
      else { return }
      let digests = try await journal.read { reader in
        let named = try reader.entries(of: record.request).flatMap(\.entry.signedAndReported)
        return try Set(named).sorted().filter { try reader.artifact($0) != nil }
      }
      guard !digests.isEmpty else { return }
      let drafts = try stride(from: 0, to: digests.count, by: Self.mostDigests).map { start in
        let some = Array(digests[start..<min(start + Self.mostDigests, digests.count)])
        return try EntryDraft(ArtifactsDestroyed(about: record.request, digests: some), about: .log)
      }
      try await journal.append(drafts, to: .log, expecting: nil)
      gone += 1
    }
    guard gone > 0 else { return 0 }
    do { try await publish() } catch {
      // The next checkpoint covers it, and takes the published files away.
      logger.error("the log could not be published", metadata: ["after": "artifacts"])
    }
    return gone
  }
}
