import ConnectorKit
import ErasureDomain
import FoundationEssentials

/// Snapshots of a restic repository, through the program `restic`.
struct ResticStore: BackupStore {
  /// Statuses of restic 0.17 and later that a person must see to: no such repository, wrong password.
  private static let asking: Set<Int32> = [10, 12]

  let program: BackupProgram
  let host: String?
  let retentionDays: Int

  let path = FailureCode("restic-snapshots")

  init(program: BackupProgram, host: String?, retentionDays: Int) {
    self.program = program
    self.host = host
    self.retentionDays = retentionDays
  }

  /// One snapshot as restic lists it. Its id changes with its tags; the first one stays in `original`.
  private struct Snapshot: Decodable {
    let time: String
    let id: String
    let original: String?
    let hostname: String
    let tags: [String]?

    var firstID: String { original ?? id }

    /// Values of our tags; restic has a list of texts.
    func values(_ name: String) -> [String] {
      (tags ?? []).filter { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    var ours: BackupTags {
      // Of several days the earliest: none may be extended.
      BackupTags(
        expires: values(BackupSet.Tag.expire).compactMap { CivilDate($0) }.min(),
        requests: values(BackupSet.Tag.request))
    }
  }

  func listing(_ query: BackupQuery) async throws(ConnectorFailure) -> BackupListing {
    BackupListing(sets: try sets(try await snapshots(query.deadline)))
  }

  func tag(_ query: BackupQuery, _ choose: @escaping Choice) async throws(ConnectorFailure) -> CivilDate? {
    let before = try await snapshots(query.deadline)
    let tagging = try choose(try sets(before))
    guard !tagging.changes.isEmpty else { return tagging.latest }
    for (place, tags) in tagging.changes.sorted(by: { $0.key < $1.key }) {
      let words = Self.words(from: before[place], to: tags)
      _ = try await program.run(
        Self.options + ["tag"] + words + [before[place].id], asking: Self.asking, deadline: query.deadline,
        changes: true)
    }
    // An id that is not there any more is passed over with status 0.
    let after = try await snapshots(query.deadline)
    for (place, tags) in tagging.changes {
      guard after.contains(where: { $0.firstID == before[place].firstID && $0.ours == tags }) else {
        throw .transient(FailureCode("tag-not-seen"), retryAfterSeconds: nil)
      }
    }
    return tagging.latest
  }

  /// Data of a forgotten snapshot stay in the repository until they are pruned.
  func remains(_ query: BackupQuery) async throws(ConnectorFailure) -> FailureCode? {
    let output = try await program.run(
      Self.options + ["prune", "--dry-run", "--max-unused", "0"], asking: Self.asking, deadline: query.deadline)
    let label = "total prune:"
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").filter { $0.hasPrefix(label) }
    guard lines.count == 1, let word = lines[0].dropFirst(label.count).split(separator: " ").first,
      let blobs = Int64(word)
    else { throw BackupProgram.question("prune-unreadable") }
    return blobs == 0 ? nil : FailureCode("unpruned-data")
  }

  // MARK: Program

  /// Without a cache: it would need a home, and could show what was.
  private static let options = ["--no-cache"]

  /// The snapshots, none of which is missing: one that restic cannot read it leaves out of its listing with status 0.
  private func snapshots(_ deadline: UTCTime) async throws(ConnectorFailure) -> [Snapshot] {
    let files = try await program.run(
      Self.options + ["list", "snapshots"], asking: Self.asking, deadline: deadline)
    let output = try await program.run(
      Self.options + ["snapshots", "--json"], asking: Self.asking, deadline: deadline)
    let all: [Snapshot]
    do {
      all = try JSONDecoder().decode([Snapshot].self, from: Data(output))
    } catch {
      throw BackupProgram.question("listing-unreadable")
    }
    let ids = Set(all.map(\.id))
    for line in String(decoding: files, as: UTF8.self).split(separator: "\n") {
      let id = String(line)
      guard Self.isID(id) else { throw BackupProgram.question("listing-unreadable") }
      // It may also have got another id in between.
      guard ids.contains(id) else { throw .transient(FailureCode("snapshot-unreadable"), retryAfterSeconds: nil) }
    }
    return all.filter { host == nil || $0.hostname == host }
  }

  /// A snapshot's time is that of its beginning, and it is listed when it is complete.
  private func sets(_ snapshots: [Snapshot]) throws(ConnectorFailure) -> [BackupSet] {
    var sets: [BackupSet] = []
    for (place, snapshot) in snapshots.enumerated() {
      guard let time = UTCTime(rfc3339: snapshot.time), Self.isID(snapshot.id) else {
        throw BackupProgram.question("listing-unreadable")
      }
      sets.append(
        BackupSet(place: place, start: time, stop: time, retentionDays: retentionDays, tags: snapshot.ours))
    }
    return sets
  }

  /// 64 hexadecimal digits: never a short name that could mean another one, never an option.
  private static func isID(_ text: String) -> Bool { text.utf8.count == 64 && Hex.decode(text) != nil }

  private static func words(from snapshot: Snapshot, to tags: BackupTags) -> [String] {
    var words: [String] = []
    let expire = tags.expires.map(\.description)
    for old in snapshot.values(BackupSet.Tag.expire) where old != expire {
      words += ["--remove", "\(BackupSet.Tag.expire)=\(old)"]
    }
    if let expire, !snapshot.values(BackupSet.Tag.expire).contains(expire) {
      words += ["--add", "\(BackupSet.Tag.expire)=\(expire)"]
    }
    for request in tags.requests where !snapshot.ours.requests.contains(request) {
      words += ["--add", "\(BackupSet.Tag.request)=\(request)"]
    }
    return words
  }
}
