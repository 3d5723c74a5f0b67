import Foundation

/// Unix users and groups by name.
enum UnixNames {
  static func user(_ name: String) -> UInt32? {
    guard let entry = getpwnam(name) else { return nil }
    return entry.pointee.pw_uid
  }

  static func group(_ name: String) -> UInt32? {
    guard let entry = getgrnam(name) else { return nil }
    return entry.pointee.gr_gid
  }
}
