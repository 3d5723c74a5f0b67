import FoundationEssentials

/// The text of one file of a register, not yet understood.
package struct RegisterFile {
  /// The most bytes a file of the register may have.
  static let maximumBytes = 1 << 20
  /// The most files a folder of the register may have.
  static let maximumFiles = 2_000

  let path: String
  /// The file's name without `.yaml`.
  let stem: String
  let text: String

  package init(path: String, text: String) {
    self.path = path
    let name = path.split(separator: "/").last.map(String.init) ?? path
    stem = name.hasSuffix(".yaml") ? String(name.dropLast(5)) : name
    self.text = text
  }

  /// The `.yaml` files of a folder by name. A folder that does not exist has none.
  static func files(in folder: String, faults: inout [RegisterFault]) -> [RegisterFile] {
    guard isFolder(folder) else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      faults.append(RegisterFault(file: folder, line: nil, message: "the folder cannot be read; check its permissions"))
      return []
    }
    guard names.count <= maximumFiles else {
      faults.append(
        RegisterFault(file: folder, line: nil, message: "more than \(maximumFiles) files; split the organisation"))
      return []
    }
    var files: [RegisterFile] = []
    for name in names where !name.hasPrefix(".") {
      let path = folder + "/" + name
      if name.hasSuffix(".yml") {
        faults.append(RegisterFault(file: path, line: nil, message: "is not read; files of the register end in .yaml"))
      } else if name.hasSuffix(".yaml") {
        switch text(of: path) {
        case .success(let text): files.append(RegisterFile(path: path, text: text))
        case .failure(let unread): faults.append(RegisterFault(file: path, line: nil, message: unread.message))
        }
      }
    }
    return files
  }

  /// The folders inside a folder, by name, without hidden ones.
  static func folders(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { !$0.hasPrefix(".") && isFolder(folder + "/" + $0) }
  }

  static func isFolder(_ path: String) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
  }

  private struct Unread: Error {
    let message: String
  }

  private static func text(of path: String) -> Result<String, Unread> {
    guard let data = FileManager.default.contents(atPath: path) else {
      return .failure(Unread(message: "cannot be read; check its permissions"))
    }
    guard data.count <= maximumBytes else {
      return .failure(Unread(message: "has more than \(maximumBytes) bytes; split it"))
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      return .failure(Unread(message: "is not UTF-8; save it as UTF-8"))
    }
    return .success(text)
  }
}
