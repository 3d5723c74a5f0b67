/// The files of a log folder or a bundle, however they are kept.
public protocol EvidenceFiles {
  /// The bytes of the file at a path relative to the folder, or nothing when there is none.
  ///
  /// Throws when the file is there and cannot be read.
  func read(_ path: String) throws -> [UInt8]?

  /// The paths of all files, relative to the folder, with `/` between their parts; in any order.
  func list() throws -> [String]
}
