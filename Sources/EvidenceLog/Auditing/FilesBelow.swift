/// A folder within a folder of evidence.
public struct FilesBelow<Files: EvidenceFiles>: EvidenceFiles {
  private let files: Files
  private let start: String

  /// The files whose paths begin with `folder` and a slash.
  public init(_ folder: String, of files: Files) {
    self.files = files
    start = folder + "/"
  }

  /// Reads a file, by its path within the inner folder.
  public func read(_ path: String) throws -> [UInt8]? { try files.read(start + path) }

  /// A piece of a file, by its path within the inner folder.
  public func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8]? {
    try files.read(start + path, from: offset, count: count)
  }

  /// The paths within the inner folder.
  public func list() throws -> [String] {
    try files.list().filter { $0.utf8.starts(with: start.utf8) }.map { String($0.dropFirst(start.count)) }
  }
}
