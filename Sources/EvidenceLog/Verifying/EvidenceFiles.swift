/// The files of a log folder or a bundle, however they are kept. They are read from several threads.
public protocol EvidenceFiles: Sendable {
  /// The bytes of the file at a path relative to the folder, or nothing when there is none.
  ///
  /// Throws when the file is there and cannot be read.
  func read(_ path: String) throws -> [UInt8]?

  /// At most so many bytes of the file from a place on, fewer where it ends before; nothing when there is no file.
  ///
  /// For the files that grow with the number of requests.
  func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8]?

  /// The paths of all files, relative to the folder, with `/` between their parts; in any order.
  func list() throws -> [String]
}

extension EvidenceFiles {
  /// For files that are in memory anyway.
  public func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8]? {
    try read(path).map { Array($0.dropFirst(offset).prefix(count)) }
  }
}
