import ConnectorKit
import ErasureDomain
import FoundationEssentials

/// Backups of a pgBackRest stanza, through the program `pgbackrest`.
///
/// Its write-ahead log is archived beside the backups and holds the person as well, up to the erasure. The tool removes it
/// when no backup needs it any more, so it has the same last day; `remains` looks whether it went.
struct PgBackRestStore: BackupStore {
  let program: BackupProgram
  let stanza: String
  let retentionDays: Int

  let path = FailureCode("pgbackrest-info")

  /// Statuses that a person must see to: a wrong option, value or stanza, no configuration.
  private static let asking: Set<Int32> = [31, 32, 37, 55]

  init(program: BackupProgram, stanza: String, retentionDays: Int) {
    self.program = program
    self.stanza = stanza
    self.retentionDays = retentionDays
  }

  func listing(_ query: BackupQuery) async throws(ConnectorFailure) -> BackupListing {
    let info = try await info(query.deadline)
    return BackupListing(sets: sets(info), isUnfinished: info.status.lock.backup.held)
  }

  func tag(_ query: BackupQuery, _ choose: @escaping Choice) async throws(ConnectorFailure) -> CivilDate? {
    let before = try await info(query.deadline)
    let tagging = try choose(sets(before))
    guard !tagging.changes.isEmpty else { return tagging.latest }
    for (place, tags) in tagging.changes.sorted(by: { $0.key < $1.key }) {
      let backup = before.backup[place]
      let expire = tags.expires.map { ["--annotation=\(BackupSet.Tag.expire)=\($0)"] } ?? []
      _ = try await program.run(
        options + ["--set=\(backup.label)", "--repo=\(backup.database.repository)"] + expire
          + ["--annotation=\(BackupSet.Tag.request)=\(tags.requestValue)", "annotate"],
        asking: Self.asking, deadline: query.deadline, changes: true)
    }
    let after = try await info(query.deadline)
    for (place, tags) in tagging.changes {
      guard after.backup.contains(where: { $0.isSame(as: before.backup[place]) && $0.ours == tags }) else {
        throw .transient(FailureCode("tag-not-seen"), retryAfterSeconds: nil)
      }
    }
    return tagging.latest
  }

  /// Archived log that is older than every backup that is left: nothing needs it, and it can hold the person.
  ///
  /// Names of segments grow with time on a timeline, and timelines with time.
  func remains(_ query: BackupQuery) async throws(ConnectorFailure) -> FailureCode? {
    let info = try await info(query.deadline)
    for archive in info.archive {
      guard let oldest = archive.min else { continue }
      let needed = info.backup.filter { $0.database == archive.database }.compactMap(\.archive.start).min()
      guard let needed, oldest >= needed else { return FailureCode("archived-log") }
    }
    return nil
  }

  // MARK: Program

  private var options: [String] {
    ["--stanza=\(stanza)", "--log-level-console=off", "--log-level-stderr=off", "--log-level-file=off"]
  }

  /// What the tool says about the stanza. It says so with status 0 too when it can read nothing of it.
  private func info(_ deadline: UTCTime) async throws(ConnectorFailure) -> Info {
    let output = try await program.run(options + ["--output=json", "info"], asking: Self.asking, deadline: deadline)
    let stanzas: [Info]
    do {
      stanzas = try JSONDecoder().decode([Info].self, from: Data(output))
    } catch {
      throw BackupProgram.question("listing-unreadable")
    }
    guard stanzas.count == 1, let info = stanzas.first, info.name == stanza, !info.repo.isEmpty else {
      throw BackupProgram.question("listing-unreadable")
    }
    for code in info.repo.map(\.status.code) {
      switch code {
      // All is well; no backup yet.
      case 0, 2: continue
      // The stanza, or what it says about itself, is missing.
      case 1, 3: throw BackupProgram.question("pgbackrest-status-\(code)")
      default: throw .transient(FailureCode("pgbackrest-status-\(code)"), retryAfterSeconds: nil)
      }
    }
    guard info.backup.allSatisfy({ Self.isLabel($0.label) && $0.timestamp.start <= $0.timestamp.stop }) else {
      throw BackupProgram.question("listing-unreadable")
    }
    return info
  }

  private static func isLabel(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F }
  }

  private func sets(_ info: Info) -> [BackupSet] {
    info.backup.enumerated().map { place, backup in
      BackupSet(
        place: place, start: UTCTime(secondsSince1970: backup.timestamp.start),
        stop: UTCTime(secondsSince1970: backup.timestamp.stop), retentionDays: retentionDays, tags: backup.ours)
    }
  }
}

/// What `pgbackrest info --output=json` says about one stanza.
private struct Info: Decodable {
  struct Backup: Decodable {
    struct Archive: Decodable {
      /// Null for a backup of a server that was off.
      let start: String?
    }

    struct Timestamp: Decodable {
      let start: Int64
      let stop: Int64
    }

    let label: String
    let database: Database
    let archive: Archive
    let timestamp: Timestamp
    let annotation: [String: String]?

    var ours: BackupTags {
      BackupTags(expire: annotation?[BackupSet.Tag.expire], request: annotation?[BackupSet.Tag.request])
    }

    /// A backup has one name in all repositories, and notes in each.
    func isSame(as other: Backup) -> Bool { label == other.label && database == other.database }
  }

  struct Archive: Decodable {
    let database: Database
    /// The oldest file of the log; null when there is none.
    let min: String?
  }

  struct Database: Decodable, Equatable {
    enum CodingKeys: String, CodingKey {
      case id
      case repository = "repo-key"
    }

    let id: Int
    let repository: Int
  }

  struct Repository: Decodable {
    struct Status: Decodable {
      let code: Int
    }

    let status: Status
  }

  struct Status: Decodable {
    struct Lock: Decodable {
      struct Held: Decodable {
        let held: Bool
      }

      let backup: Held
    }

    let lock: Lock
  }

  let name: String
  let archive: [Archive]
  let backup: [Backup]
  let repo: [Repository]
  let status: Status
}
