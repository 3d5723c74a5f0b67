import ErasureDomain
import EvidenceLog
public import Journal

extension JournalReader {
  /// Whether there is a time stamp over the newest checkpoint as it is published.
  public var newestIsStamped: Bool {
    get throws {
      guard let newest = try newestCheckpoint() else { return false }
      return try timeStamp(of: newest.size, imprint: ContentDigest(hashing: cosigned(newest))) != nil
    }
  }

  /// A stored checkpoint with the lines of its witnesses, the newest of each, in the order of their names: the bytes that
  /// are published.
  func cosigned(_ stored: (size: UInt64, note: [UInt8])) throws -> [UInt8] {
    var note = try SignedNote(parsing: stored.note)
    var newest: [(key: String, line: NoteSignature)] = []
    for (_, text) in try cosignatures(of: stored.size) {
      guard let line = NoteSignature(line: Array(text.utf8)) else { throw JournalFailure.corrupt(at: nil) }
      let key = "\(line.keyName)+\(line.keyID)"
      if let place = newest.firstIndex(where: { $0.key == key }) {
        // A cosignature begins with its time, so that the later one of a key has the larger bytes.
        if newest[place].line.signature.lexicographicallyPrecedes(line.signature) { newest[place].line = line }
      } else {
        newest.append((key, line))
      }
    }
    try note.add(newest.map(\.line))
    return note.encoded
  }
}
