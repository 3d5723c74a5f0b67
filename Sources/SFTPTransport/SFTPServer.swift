/// A folder of a server that speaks SFTP, and how it is entered: by key alone, and only where its host key is the known one.
public struct SFTPServer: Sendable {
  /// The host as a URL has it: a name, or an address (IPv6 in brackets).
  public let host: String
  public let port: Int
  /// An absolute path of letters, digits, `.`, `-`, `_` and `/` that ends in `/`.
  public let folder: String
  public let user: String
  /// Base64 of the SHA-256 of the server's host key, as `ssh-keygen -l` prints it behind `SHA256:`.
  public let hostKey: String
  /// Whether private and loopback addresses may be dialled.
  public let reachesPrivate: Bool

  /// Nil for a path or user that the protocol's commands could read as something else.
  public init?(host: String, port: Int, folder: String, user: String, hostKey: String, reachesPrivate: Bool) {
    guard Self.isFolder(folder), !user.isEmpty, user.utf8.allSatisfy(Self.isPlain), (1...65_535).contains(port),
      !hostKey.isEmpty
    else { return nil }
    self.host = host
    self.port = port
    self.folder = folder
    self.user = user
    self.hostKey = hostKey
    self.reachesPrivate = reachesPrivate
  }

  /// Where a file of the folder is, for libcurl; the folder itself for an empty name.
  func url(_ name: String) -> String { "sftp://\(host):\(port)\(folder)\(name)" }

  /// A path for a command, in quotes; neither folder nor name can hold one.
  func path(_ name: String) -> String { "\"\(folder)\(name)\"" }

  static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }

  /// Whether a text is the name of a file: no folder, no dots alone.
  static func isName(_ name: String) -> Bool {
    (1...255).contains(name.utf8.count) && name.utf8.allSatisfy(isPlain) && name.utf8.contains { $0 != 0x2E }
  }

  private static func isFolder(_ folder: String) -> Bool {
    guard folder.hasPrefix("/"), folder.hasSuffix("/") else { return false }
    if folder == "/" { return true }
    return folder.dropFirst().dropLast().split(separator: "/", omittingEmptySubsequences: false)
      .allSatisfy { isName(String($0)) }
  }
}
