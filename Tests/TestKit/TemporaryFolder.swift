import Foundation

/// A folder of one test, gone with it.
public final class TemporaryFolder: Sendable {
  /// The folder's own path.
  public let path: String

  /// A new empty folder.
  public init() throws {
    path = NSTemporaryDirectory() + "expunged-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      print("could not remove \(path): \(error)")
    }
  }

  /// The path of something in the folder.
  public func path(_ name: String) -> String { path + "/" + name }

  /// Every file below a folder in it, by its path there; empty when the folder is missing.
  public func files(below name: String) throws -> [String: [UInt8]] {
    let root = path(name)
    guard let paths = FileManager.default.enumerator(atPath: root) else { return [:] }
    var files: [String: [UInt8]] = [:]
    for case let file as String in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: root + "/" + file, isDirectory: &isFolder), !isFolder.boolValue
      else { continue }
      files[file] = Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + file)))
    }
    return files
  }
}
