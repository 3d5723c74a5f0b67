import ConnectorKit
import Foundation
import Synchronization

/// Secrets by name: files of systemd's credentials folder, and of the folder the configuration names.
///
/// They are read at start and when somebody asks for it, all at once, so that a file that is being written is not used.
final class Credentials: SecretSource {
  static let largest = 65_536
  /// Used at start only.
  static let keys = ["logkey", "vaultkey"]

  /// The first that has a name gives its secret.
  private let folders: [String]
  private let secrets = Mutex<[String: [UInt8]]>([:])

  /// systemd's folder goes before the configured one.
  init(configured: String?) throws {
    folders = [ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"], configured].compactMap { $0 }
    guard !folders.isEmpty else {
      throw StartProblem(
        "no credentials: start under systemd with LoadCredential, or set credentials: in the configuration")
    }
    _ = reread()
  }

  func secret(_ name: String) -> [UInt8]? { secrets.withLock { $0[name] } }

  /// Reads everything anew; the names of those that came, went or changed.
  func reread() -> [String] {
    var found: [String: [UInt8]] = [:]
    for folder in folders.reversed() { found.merge(Self.read(folder)) { $1 } }
    return secrets.withLock { secrets in
      defer { secrets = found }
      return Set(secrets.keys).union(found.keys).filter { secrets[$0] != found[$0] }.sorted()
    }
  }

  /// What can be read of a folder. Under systemd the configured one is root's alone, and is none of ours.
  private static func read(_ folder: String) -> [String: [UInt8]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var found: [String: [UInt8]] = [:]
    for name in names where !name.hasPrefix(".") {
      let data = FileManager.default.contents(atPath: folder + "/" + name)
      if let data, data.count <= largest { found[name] = Array(data) }
    }
    return found
  }

  /// A key of 32 bytes.
  func key(_ name: String) throws -> [UInt8] {
    guard let bytes = secret(name) else {
      let places = folders.joined(separator: " and ")
      throw StartProblem("the credential \"\(name)\" is missing in \(places); `expunged init` makes it")
    }
    guard bytes.count == 32 else {
      throw StartProblem("the credential \"\(name)\" has \(bytes.count) bytes; it must have 32")
    }
    return bytes
  }
}
