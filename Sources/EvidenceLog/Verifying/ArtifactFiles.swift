import ErasureDomain

/// The file of an artifact, and what is to be known of it.
struct ArtifactFile: Sendable {
  let bytes: [UInt8]
  let seen: ArtifactRules.Seen

  init(_ bytes: [UInt8], as digest: ContentDigest) {
    self.bytes = bytes
    seen = ArtifactRules.Seen(bytes, as: digest)
  }
}

/// The artifacts in a folder of evidence.
struct ArtifactFiles<Files: EvidenceFiles>: Sendable {
  private let files: Files
  private let folder: String

  /// Of a folder within the files, its name with `/` at its end.
  init(_ files: Files, below folder: String) {
    self.files = files
    self.folder = folder
  }

  /// The file that has this name, whatever is in it; nothing when there is none.
  func file(_ digest: ContentDigest) throws -> ArtifactFile? {
    try files.read(folder + digest.hex).map { ArtifactFile($0, as: digest) }
  }

  /// The bytes of an artifact; nothing when it is absent, or another file has its name.
  func bytes(_ digest: ContentDigest) throws -> [UInt8]? {
    guard let file = try file(digest), file.seen.hasItsDigest else { return nil }
    return file.bytes
  }
}
