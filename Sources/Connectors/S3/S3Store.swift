import ConnectorKit
import ErasureDomain
import HTTPTransport

/// The versions of the objects of a bucket below a prefix, each a backup set with tags of its own.
struct S3Store: BackupStore {
  /// Versions in one page of a listing.
  static let pageSize = 1_000
  /// The most versions that are listed; more are no set of backups.
  static let mostVersions = 20_000

  let client: S3Client

  let path = FailureCode("s3-versions")
  var requestRoom: Int { S3Tags.longestValue }

  private var settings: S3Settings { client.settings }

  func listing(_ query: BackupQuery) async throws(ConnectorFailure) -> BackupListing {
    BackupListing(sets: try await sets(query).map(\.set))
  }

  func tag(_ query: BackupQuery, _ choose: @escaping Choice) async throws(ConnectorFailure) -> CivilDate? {
    let found = try await sets(query)
    let tagging = try choose(found.map(\.set))
    let changes = tagging.changes.sorted { $0.key < $1.key }
    // Before anything is written: a set that has no room for our tags is for a person to see to.
    for (place, tags) in changes { try Self.requireRoom(found[place].all.with(tags)) }
    var isFirst = true
    for (place, tags) in changes {
      if Task.isCancelled { throw isFirst ? .interrupted : .outcomeUnknown(FailureCode("interrupted")) }
      isFirst = false
      try await write(tags, to: found[place].version, query.deadline)
    }
    let days = Set(found.indices.compactMap { (tagging.changes[$0] ?? found[$0].set.tags).expires })
    try await S3LifecycleKeeper(client: client, deadline: query.deadline)
      .keep(days: days, hasVersions: found.contains { $0.version.version != "null" })
    return tagging.latest
  }

  private static func requireRoom(_ tags: S3Tags) throws(ConnectorFailure) {
    guard tags.pairs.count <= S3Tags.most else {
      throw .needsOfficer(Question(code: .other, detail: FailureCode("no-room-for-tags")))
    }
  }

  // MARK: Looking

  private struct Found: Sendable {
    let version: S3Version
    let all: S3Tags
    let set: BackupSet
  }

  /// Lists every version and reads tags and locks of those that may have begun in time.
  private func sets(_ query: BackupQuery) async throws(ConnectorFailure) -> [Found] {
    let longest = Int64(settings.longestHours) * 3_600
    let versions = try await versions(query.deadline)
      .filter { $0.modified.adding(seconds: -longest) <= query.startedBy }
    guard !versions.isEmpty else { return [] }
    let mayBeLocked = try await mayBeLocked(query.deadline)
    var found: [Found] = []
    for (place, version) in versions.enumerated() {
      let all = try await tags(of: version, query.deadline)
      var set = BackupSet(
        place: place, start: version.modified.adding(seconds: -longest), stop: version.modified,
        retentionDays: settings.retentionDays, tags: all.ours)
      if mayBeLocked { set.lock = try await lock(of: version, query.deadline) }
      found.append(Found(version: version, all: all, set: set))
    }
    return found
  }

  private func versions(_ deadline: UTCTime) async throws(ConnectorFailure) -> [S3Version] {
    var all: [S3Version] = []
    var markers: [(name: String, value: String)] = []
    while true {
      let query = [("max-keys", String(Self.pageSize)), ("prefix", settings.prefix), ("versions", "")] + markers
      let tree = try await client.read(query: query, deadline: deadline)
      guard let page = S3VersionPage(tree, prefix: settings.prefix) else { throw S3Client.malformed }
      all += page.versions
      guard all.count <= Self.mostVersions else {
        throw .needsOfficer(Question(code: .other, detail: FailureCode("too-many-versions")))
      }
      guard let next = page.next else { return all }
      var following = [(name: "key-marker", value: next.key)]
      if !next.version.isEmpty { following.append(("version-id-marker", next.version)) }
      // A store that answers the same page for ever would keep us for ever.
      guard !following.elementsEqual(markers, by: { $0 == $1 }) else { throw S3Client.malformed }
      markers = following
    }
  }

  private func tags(of version: S3Version, _ deadline: UTCTime) async throws(ConnectorFailure) -> S3Tags {
    let answer = try await client.readIfThere(
      key: version.key, query: Self.query("tagging", version), absent: ["NoSuchTagSet", "NoSuchTagSetError"],
      deadline: deadline)
    guard let answer else { return S3Tags() }
    guard let tags = S3Tags(answer) else { throw S3Client.malformed }
    return tags
  }

  private static func query(_ resource: String, _ version: S3Version) -> [(name: String, value: String)] {
    [(resource, ""), ("versionId", version.version)]
  }

  // MARK: Locks

  /// What stores answer for a bucket without Object Lock, or when they have no such thing.
  private static let noLock: Set<String> = [
    "ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration", "NoSuchObjectLegalHold", "NotImplemented",
  ]

  private func mayBeLocked(_ deadline: UTCTime) async throws(ConnectorFailure) -> Bool {
    let answer = try await client.readIfThere(
      query: [("object-lock", "")], absent: Self.noLock, deadline: deadline)
    return answer?.element("ObjectLockConfiguration")?.text("ObjectLockEnabled") == "Enabled"
  }

  private func lock(of version: S3Version, _ deadline: UTCTime) async throws(ConnectorFailure) -> BackupLock? {
    let hold = try await client.readIfThere(
      key: version.key, query: Self.query("legal-hold", version), absent: Self.noLock, deadline: deadline)
    if hold?.element("LegalHold")?.text("Status") == "ON" { return .hold }
    let retention = try await client.readIfThere(
      key: version.key, query: Self.query("retention", version), absent: Self.noLock, deadline: deadline)
    guard let text = retention?.element("Retention")?.text("RetainUntilDate") else { return nil }
    guard let until = S3Time.read(text) else { throw S3Client.malformed }
    return .until(until)
  }

  // MARK: Writing

  /// Reads, merges, writes and reads again: the store replaces the whole set of tags.
  private func write(
    _ tags: BackupTags, to version: S3Version, _ deadline: UTCTime
  ) async throws(ConnectorFailure) {
    let merged = try await self.tags(of: version, deadline).with(tags)
    try Self.requireRoom(merged)
    let response = try await client.send(
      "PUT", key: version.key, query: Self.query("tagging", version), body: merged.body, deadline: deadline,
      changes: true)
    guard (200...204).contains(response.status) else { throw client.failure(of: response) }
    guard Set(try await self.tags(of: version, deadline).pairs) == Set(merged.pairs) else {
      throw .transient(FailureCode("tag-not-seen"), retryAfterSeconds: nil)
    }
  }
}
