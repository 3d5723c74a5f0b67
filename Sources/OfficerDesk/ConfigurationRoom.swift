public import ErasureDomain
import EvidenceLog
import Foundation

/// Where the daemon keeps what is in force of people, signers and register, byte for byte: a file may change under it, and
/// who may decide about that is asked of those who could before.
///
/// Named by SHA-256 and compared with it at each reading, so that only the log says what counts. Not among the published
/// artifacts: `people:` and `allowed_signers` name employees. Beside them lie lines for `allowed_signers` that people offered.
public struct ConfigurationRoom: Sendable {
  let folder: String

  public init(folder: String) { self.folder = folder }

  /// Keeps a version; harmless when it is there.
  public func keep(_ bytes: [UInt8]) throws {
    try write(bytes, folder + "/" + ContentDigest(hashing: bytes).hex)
  }

  /// A version by its digest; nil where it was never kept, or is another one by now.
  public func bytes(of digest: ContentDigest) -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: folder + "/" + digest.hex) else { return nil }
    let bytes = Array(data)
    return ContentDigest(hashing: bytes) == digest ? bytes : nil
  }

  // MARK: Offered lines

  private static let ending = ".offered"

  /// Keeps the line that somebody offered, instead of an earlier one of his.
  func offer(_ line: String, by person: PersonReference) throws {
    try write(Array((line + "\n").utf8), folder + "/" + person.text + Self.ending)
  }

  /// The offered line of a person, without its newline.
  func offered(by person: PersonReference) -> String? {
    guard let data = FileManager.default.contents(atPath: folder + "/" + person.text + Self.ending) else { return nil }
    let text = String(decoding: data, as: UTF8.self)
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
  }

  private func write(_ bytes: [UInt8], _ path: String) throws {
    let manager = FileManager.default
    try manager.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }
}
