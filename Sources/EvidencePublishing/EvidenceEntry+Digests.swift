import ErasureDomain

extension EvidenceEntry {
  /// The digests that the entry's facts name: artifacts, and files that stay outside of the log.
  var namedDigests: Set<ContentDigest> { Self.digests(in: .object(facts)) }

  private static func digests(in value: CanonicalJSON) -> Set<ContentDigest> {
    switch value {
    case .string(let text): ContentDigest(text).map { [$0] } ?? []
    case .integer, .boolean: []
    case .array(let elements): elements.reduce(into: []) { $0.formUnion(digests(in: $1)) }
    case .object(let members): members.values.reduce(into: []) { $0.formUnion(digests(in: $1)) }
    }
  }
}
