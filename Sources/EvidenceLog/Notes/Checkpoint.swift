/// The text that a log signs: how large its tree is and which root it has (C2SP tlog-checkpoint).
public struct Checkpoint: Hashable, Sendable {
  /// The log's unique name, a schema-less URL; the log's key has the same name.
  public let origin: String
  /// The number of entries.
  public let size: UInt64
  /// The root of the tree of that size.
  public let root: MerkleHash
  /// Lines after the root.
  ///
  /// Ours has none: nobody audits them and not every cosignature covers them.
  public let extensions: [String]

  /// A checkpoint of ours, without extension lines.
  ///
  /// The origin is a key name (`NoteVerifierKey.isName`).
  public init(origin: String, size: UInt64, root: MerkleHash) {
    self.origin = origin
    self.size = size
    self.root = root
    extensions = []
  }

  /// Reads the text of a note.
  ///
  /// Extension lines of other logs are kept.
  public init(parsing text: [UInt8]) throws(CheckpointError) {
    guard let lines = Lines.split(text), lines.count >= 3 else { throw .missingLines }
    guard let origin = Lines.text(lines[0]), !origin.isEmpty else { throw .badOrigin }
    guard let size = Lines.number(lines[1]) else { throw .badSize }
    guard let root = MerkleHash(base64: String(decoding: lines[2], as: UTF8.self)) else { throw .badRoot }
    var extensions: [String] = []
    for (number, line) in lines.enumerated().dropFirst(3) {
      guard let text = Lines.text(line), !text.isEmpty else { throw .badExtension(line: number + 1) }
      extensions.append(text)
    }
    self.origin = origin
    self.size = size
    self.root = root
    self.extensions = extensions
  }

  /// The bytes to sign, each line ended by a newline.
  public var text: [UInt8] {
    var text = "\(origin)\n\(size)\n\(root.base64)\n"
    for line in extensions { text += line + "\n" }
    return Array(text.utf8)
  }
}
