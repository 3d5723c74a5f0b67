import Foundation

/// The folder a socket lies in.
enum SocketFolder {
  private static let writableByOthers = 0o002
  private static let sticky = 0o1000

  /// Makes the last folder of the path with mode 0755 if it is missing, and refuses one in which strangers rule.
  static func prepare(for path: String) throws(ListenerProblem) {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let files = FileManager.default
    var isDirectory: ObjCBool = false
    if files.fileExists(atPath: folder, isDirectory: &isDirectory) {
      guard isDirectory.boolValue, let mode = mode(of: folder) else {
        throw .folderUnusable(folder: folder, reason: "it is no folder, or cannot be read")
      }
      // With the sticky bit, as /tmp has it, others cannot replace what is not theirs.
      guard mode & writableByOthers == 0 || mode & sticky != 0 else { throw .folderOpenToAll(folder: folder) }
    } else {
      do {
        try files.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
      } catch {
        throw .folderUnusable(folder: folder, reason: "it cannot be made")
      }
    }
    let type = (try? files.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    guard type == nil || type == .typeSocket else { throw .notASocket(path: path) }
  }

  private static func mode(of path: String) -> Int? {
    ((try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? NSNumber)?.intValue
  }
}
