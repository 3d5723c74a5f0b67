/// Artifacts of a request that ended long ago were destroyed: what people and companies signed, and the reports. Its entries
/// stay, and so do its plans, which name nobody and from which its jobs are made again. Stands in the log's own stream.
public struct ArtifactsDestroyed: EntryFacts {
  public static let kind = EntryKind("artifact.destroyed")
  public var about: RequestReference
  public var digests: [ContentDigest]

  public init(about: RequestReference, digests: [ContentDigest]) {
    self.about = about
    self.digests = digests
  }
}

extension EvidenceEntry {
  /// The digests of what people and companies signed, and of reports, that this entry names.
  public var signedAndReported: [ContentDigest] {
    ["approval", "refusal", "text", "signature", "receipt", "report"].flatMap { Self.digests(in: facts[$0]) }
  }

  private static func digests(in value: CanonicalJSON?) -> [ContentDigest] {
    switch value {
    case .string(let text): ContentDigest(text).map { [$0] } ?? []
    case .object(let members): ["text", "signature"].flatMap { digests(in: members[$0]) }
    default: []
    }
  }
}
