import Foundation
import GRDB

/// Copies of our own stores.
enum StoreCopy {
  /// A consistent copy of a SQLite store while the daemon works, complete when it has its final name.
  static func copy(_ source: String, to target: String) throws {
    guard FileManager.default.fileExists(atPath: source) else {
      throw StartProblem("\(source) is missing; is state: in the configuration right?")
    }
    let draft = target + ".new"
    if FileManager.default.fileExists(atPath: draft) { try FileManager.default.removeItem(atPath: draft) }
    var reading = GRDB.Configuration()
    reading.readonly = true
    reading.busyMode = .timeout(10)
    let from = try DatabaseQueue(path: source, configuration: reading)
    let into = try DatabaseQueue(path: draft)
    try from.backup(to: into)
    try into.close()
    try from.close()
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: draft)
    try sync(draft)
    guard rename(draft, target) == 0 else { throw StartProblem("\(target) cannot be written: errno \(errno)") }
    try sync(URL(fileURLWithPath: target).deletingLastPathComponent().path)
  }

  private static func sync(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw StartProblem("\(path) cannot be opened: errno \(errno)") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StartProblem("\(path) cannot be written to the disk: errno \(errno)") }
  }

  static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }
}
