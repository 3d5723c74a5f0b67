import ErasureDomain

/// Reads artifacts, each from its file once as a rule: what is asked of its bytes later is remembered, and the bytes of a few.
final class ArtifactReader<Files: EvidenceFiles> {
  private static var mostKept: Int { 64 }

  private let files: Files
  private let folder: String
  private var seen: [ContentDigest: ArtifactRules.Seen] = [:]
  private var kept: [(digest: ContentDigest, bytes: [UInt8])] = []
  private var next = 0

  /// Of a folder within the files, its name with `/` at its end.
  init(_ files: Files, below folder: String) {
    self.files = files
    self.folder = folder
  }

  /// The bytes of an artifact, or nothing when it is absent or another file has its name.
  func read(_ digest: ContentDigest) throws -> [UInt8]? {
    if let known = kept.first(where: { $0.digest == digest }) { return known.bytes }
    guard let bytes = try files.read(folder + digest.hex) else { return nil }
    let seen = ArtifactRules.Seen(bytes, as: digest)
    self.seen[digest] = seen
    guard seen.hasItsDigest else { return nil }
    if kept.count < Self.mostKept {
      kept.append((digest, bytes))
    } else {
      kept[next] = (digest, bytes)
      next = (next + 1) % Self.mostKept
    }
    return bytes
  }

  /// What is to be known of an artifact's file; nothing when there is none.
  func look(at digest: ContentDigest) throws -> ArtifactRules.Seen? {
    if let known = seen[digest] { return known }
    return try files.read(folder + digest.hex).map { ArtifactRules.Seen($0, as: digest) }
  }
}
