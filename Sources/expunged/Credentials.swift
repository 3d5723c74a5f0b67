import ConnectorKit
import Foundation

/// Secrets by name: files of systemd's credentials folder, or of the folder the configuration names.
struct Credentials: SecretSource {
  static let largest = 65_536

  private let folder: String

  /// systemd's folder goes before the configured one.
  init(configured: String?) throws {
    let environment = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
    guard let folder = environment ?? configured else {
      throw StartProblem(
        "no credentials: start under systemd with LoadCredential, or set credentials: in the configuration")
    }
    self.folder = folder
  }

  func secret(_ name: String) -> [UInt8]? {
    guard !name.contains("/"), !name.hasPrefix("."),
      let data = FileManager.default.contents(atPath: folder + "/" + name), data.count <= Self.largest
    else { return nil }
    return Array(data)
  }

  /// A key of 32 bytes.
  func key(_ name: String) throws -> [UInt8] {
    guard let bytes = secret(name) else {
      throw StartProblem("the credential \"\(name)\" is missing in \(folder); `expunged init` makes it")
    }
    guard bytes.count == 32 else {
      throw StartProblem("the credential \"\(name)\" has \(bytes.count) bytes; it must have 32")
    }
    return bytes
  }
}
