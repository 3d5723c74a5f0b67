import ConnectorKit
import Dispatch
import ErasureDomain
import Foundation
import Glibc

/// The catalogue file: read and replaced as a whole under an advisory lock (`flock`) on the file itself.
///
/// A tool that takes the same lock never loses a tag. Every member that is not ours is written back as it was read;
/// only the order of keys and the spaces change.
struct BackupCatalogueFile: Sendable {
  /// The largest catalogue that is read, in bytes.
  static let maximumBytes = 64 << 20
  /// How often a file that was replaced between opening and locking is opened again.
  private static let openings = 5

  let path: String

  /// The sets of those systems in a readable, complete catalogue. Takes the lock for the time of reading.
  func sets(of systems: Set<SystemName>) throws(ConnectorFailure) -> [BackupSet] {
    let file = try lock(exclusive: false)
    defer { Self.release(file) }
    return try parse(read(file)).sets(of: systems)
  }

  /// Writes the tags that `choose` names for the sets of those systems, and returns its latest day.
  ///
  /// The file is replaced by a complete, flushed one, or left as it was.
  func update(
    setsOf systems: Set<SystemName>, _ choose: BackupStore.Choice
  ) throws(ConnectorFailure) -> CivilDate? {
    let file = try lock(exclusive: true)
    defer { Self.release(file) }
    var content = try parse(read(file))
    let tagging = try choose(content.sets(of: systems))
    guard !tagging.changes.isEmpty else { return tagging.latest }
    for (index, tags) in tagging.changes { content.write(tags, toSetAt: index) }
    let bytes: Data
    do {
      bytes = try JSONSerialization.data(
        withJSONObject: content.root, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
    } catch {
      throw .permanent(FailureCode("catalogue-malformed"))
    }
    try replace(with: Array(bytes) + [0x0A], like: file)
    return tagging.latest
  }

  // MARK: Bytes

  /// Closing alone would leave the lock with a program that is being started at this moment.
  private static func release(_ file: Int32) {
    flock(file, LOCK_UN)
    close(file)
  }

  private func lock(exclusive: Bool) throws(ConnectorFailure) -> Int32 {
    for _ in 0..<Self.openings {
      let file = open(path, O_RDONLY | O_CLOEXEC)
      guard file >= 0 else {
        throw .permanent(FailureCode(errno == ENOENT ? "catalogue-missing" : "catalogue-unreadable"))
      }
      guard flock(file, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0 else {
        close(file)
        throw .transient(FailureCode("catalogue-locked"), retryAfterSeconds: nil)
      }
      var opened = stat()
      var named = stat()
      // A tool may have replaced the file in between: then the lock is on one that nobody reads any more.
      if fstat(file, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
        opened.st_dev == named.st_dev
      {
        return file
      }
      close(file)
    }
    throw .transient(FailureCode("catalogue-locked"), retryAfterSeconds: nil)
  }

  private func read(_ file: Int32) throws(ConnectorFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .permanent(FailureCode("catalogue-unreadable")) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= Self.maximumBytes else { throw .permanent(FailureCode("catalogue-too-large")) }
    }
  }

  /// Temporary file, flushed, renamed, folder flushed: a cut leaves the old catalogue or the new one.
  private func replace(with bytes: [UInt8], like original: Int32) throws(ConnectorFailure) {
    let notWritten = ConnectorFailure.transient(FailureCode("catalogue-not-written"), retryAfterSeconds: nil)
    var attributes = stat()
    guard fstat(original, &attributes) == 0 else { throw notWritten }
    let temporary = path + ".expunged-new"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw notWritten }
    // Only root can give a file away; without it the tool reads the file by its group or mode.
    _ = fchown(file, attributes.st_uid, attributes.st_gid)
    let isWritten = Self.write(bytes, to: file) && fchmod(file, attributes.st_mode & 0o7777) == 0 && fsync(file) == 0
    guard close(file) == 0, isWritten, rename(temporary, path) == 0 else {
      unlink(temporary)
      throw notWritten
    }
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw notWritten }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw notWritten }
  }

  private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  // MARK: JSON

  /// The whole tree, so that what we do not know is kept, and the sets in it, each with the system it is of.
  private struct Content {
    var root: [String: Any]
    var entries: [(system: SystemName?, set: BackupSet)]

    func sets(of systems: Set<SystemName>) -> [BackupSet] {
      entries.filter { $0.system.map(systems.contains) ?? false }.map(\.set)
    }

    mutating func write(_ tags: BackupTags, toSetAt index: Int) {
      guard var list = root["sets"] as? [[String: Any]] else { return }
      var all = list[index]["tags"] as? [String: Any] ?? [:]
      all[BackupSet.Tag.expire] = tags.expires?.description
      all[BackupSet.Tag.request] = tags.requestValue
      list[index]["tags"] = all
      root["sets"] = list
    }
  }

  private func parse(_ bytes: [UInt8]) throws(ConnectorFailure) -> Content {
    let malformed = ConnectorFailure.permanent(FailureCode("catalogue-malformed"))
    let tree: Any
    do {
      tree = try JSONSerialization.jsonObject(with: Data(bytes))
    } catch {
      throw malformed
    }
    guard let root = tree as? [String: Any], let list = root["sets"] as? [[String: Any]] else { throw malformed }
    var entries: [(system: SystemName?, set: BackupSet)] = []
    for (index, entry) in list.enumerated() {
      // A set we cannot read could hold the person: never passed over.
      guard let set = Self.set(entry, at: index) else { throw malformed }
      entries.append(set)
    }
    return Content(root: root, entries: entries)
  }

  private static func set(_ entry: [String: Any], at index: Int) -> (system: SystemName?, set: BackupSet)? {
    guard entry["id"] is String, let system = entry["system"] as? String,
      let start = (entry["start"] as? String).flatMap({ UTCTime($0) }),
      let days = entry["retention-days"] as? Int, BackupSet.retentionRange.contains(days)
    else { return nil }
    var stop: UTCTime?
    if let value = entry["stop"], !(value is NSNull) {
      guard let text = value as? String, let time = UTCTime(text), time >= start else { return nil }
      stop = time
    }
    var tags: [String: Any] = [:]
    if let value = entry["tags"], !(value is NSNull) {
      guard let object = value as? [String: Any] else { return nil }
      tags = object
    }
    let set = BackupSet(
      place: index, start: start, stop: stop, retentionDays: days,
      tags: BackupTags(
        expire: tags[BackupSet.Tag.expire] as? String, request: tags[BackupSet.Tag.request] as? String))
    return (SystemName(system), set)
  }
}
