import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

/// Real SSH keys, made once by `ssh-keygen` (Debian: `apt-get install openssh-client`), and what they sign.
final class DeskKeys: Sendable {
  enum Key: String, CaseIterable {
    case anna
    case bram
    /// The only one of type ECDSA.
    case chris
    case dora
    case erik
    /// Listed in `allowed_signers`, and nobody's in `people:`.
    case gina
    /// Listed nowhere.
    case stranger
    /// Of type RSA.
    case rita

    var type: [String] {
      switch self {
      case .chris: ["ecdsa", "-b", "256"]
      case .rita: ["rsa", "-b", "3072"]
      case .anna, .bram, .dora, .erik, .gina, .stranger: ["ed25519"]
      }
    }
  }

  private static let made = Result { try DeskKeys() }

  /// The keys all tests share.
  static func shared() throws -> DeskKeys { try made.get() }

  private let folder: URL

  private init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "expunged-desk-keys-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for key in Key.allCases {
      try Self.run(["-q", "-t"] + key.type + ["-N", "", "-C", key.rawValue, "-f", path(key)])
    }
  }

  /// Where the private key lies.
  func path(_ key: Key) -> String { folder.appending(path: key.rawValue).path }

  /// Type and base64 of the public key, as `allowed_signers` lists it.
  func line(_ key: Key) throws -> String {
    let text = try String(contentsOfFile: path(key) + ".pub", encoding: .utf8)
    return text.split(separator: " ").prefix(2).joined(separator: " ")
  }

  /// An armoured SSHSIG.
  func sign(_ text: String, with key: Key, namespace: String = SignatureNamespace.approval) throws -> String {
    let file = folder.appending(path: UUID().uuidString)
    defer {
      for path in [file.path, file.path + ".sig"] { try? FileManager.default.removeItem(atPath: path) }
    }
    try Data(text.utf8).write(to: file)
    try Self.run(["-q", "-Y", "sign", "-n", namespace, "-f", path(key), file.path])
    return try String(contentsOfFile: file.path + ".sig", encoding: .utf8)
  }

  private static func run(_ arguments: [String]) throws {
    try ChildProcess.run(["/usr/bin/ssh-keygen"] + arguments)
  }
}
