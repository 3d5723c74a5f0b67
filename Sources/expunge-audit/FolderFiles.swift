import EvidenceLog
import Foundation

/// The files below a folder, one at a time in memory.
struct FolderFiles: EvidenceFiles {
  /// Larger than any file of a log folder or bundle can be: 256 entries of 64 KiB.
  static let largestFile = 32 << 20
  /// A folder with more files than this is none of ours.
  static let mostFiles = 50_000_000

  let folder: URL

  init(_ path: String) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw Unreadable("\(path) does not exist; name a log folder or a bundle that was unpacked")
    }
    guard isDirectory.boolValue else {
      throw Unreadable("\(path) is no folder; unpack the bundle and name its folder")
    }
    folder = URL(filePath: path, directoryHint: .isDirectory)
  }

  func read(_ path: String) throws -> [UInt8]? {
    guard let size = try size(path) else { return nil }
    guard size <= Self.largestFile else { throw Unreadable("\(path) is larger than any file of evidence") }
    do { return [UInt8](try Data(contentsOf: folder.appending(path: path))) } catch {
      throw Unreadable("\(path) cannot be read: \(error.localizedDescription)")
    }
  }

  func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8]? {
    guard try size(path) != nil else { return nil }
    do {
      let handle = try FileHandle(forReadingFrom: folder.appending(path: path))
      defer { try? handle.close() }
      try handle.seek(toOffset: UInt64(offset))
      return [UInt8](try handle.read(upToCount: count) ?? Data())
    } catch {
      throw Unreadable("\(path) cannot be read: \(error.localizedDescription)")
    }
  }

  /// The size of an ordinary file; nothing when there is none.
  private func size(_ path: String) throws -> Int? {
    let file = folder.appending(path: path)
    let attributes: [FileAttributeKey: Any]
    do { attributes = try FileManager.default.attributesOfItem(atPath: file.path) } catch CocoaError.fileReadNoSuchFile
    {
      return nil
    }
    guard attributes[.type] as? FileAttributeType == .typeRegular else {
      throw Unreadable("\(path) is no ordinary file; copy the evidence without links")
    }
    return (attributes[.size] as? NSNumber)?.intValue ?? 0
  }

  func list() throws -> [String] {
    var paths: [String] = []
    var folders = [""]
    while let inside = folders.popLast() {
      let names: [String]
      do { names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: inside).path) } catch {
        throw Unreadable("\(inside.isEmpty ? folder.path : inside) cannot be read: \(error.localizedDescription)")
      }
      for name in names {
        let path = inside.isEmpty ? name : "\(inside)/\(name)"
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: path).path)
        let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
        if isFolder { folders.append(path) } else { paths.append(path) }
      }
      guard paths.count <= Self.mostFiles else { throw Unreadable("\(folder.path) has too many files") }
    }
    return paths
  }

  /// What the folder is, by what lies in it.
  enum Kind: String {
    case log
    case bundle
    case auditor = "auditor's folder"
  }

  func kind() throws -> Kind {
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: folder.path) } catch {
      throw Unreadable("\(folder.path) cannot be read: \(error.localizedDescription)")
    }
    if names.contains("tile") { return .log }
    if names.contains(AuditorsFolder.log) { return .auditor }
    if names.contains("entries") || names.contains("proofs") { return .bundle }
    throw Unreadable(
      "\(folder.path) is neither a log folder (with tile/), a bundle (with entries/ and proofs/) nor an auditor's folder (with "
        + "log/)")
  }
}
