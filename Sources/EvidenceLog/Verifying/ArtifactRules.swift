import ErasureDomain

/// What every artifact keeps.
enum ArtifactRules {
  /// What was seen of an artifact when it was read.
  struct Seen {
    let hasItsDigest: Bool
    let count: Int
    /// The place of something like an e-mail address.
    let address: Int?

    init(_ bytes: [UInt8], as digest: ContentDigest) {
      hasItsDigest = ContentDigest(hashing: bytes) == digest
      count = bytes.count
      address = PersonalDataScan.emailAddress(in: bytes)
    }
  }

  /// Adds a finding for bytes that are not those of the name, too many, of nobody, or about a person.
  static func check(
    _ seen: Seen, _ digest: ContentDigest, below folder: String, _ ledger: ArtifactLedger, namesAreKnown: Bool,
    _ result: inout AuditResult
  ) {
    let isFine = seen.hasItsDigest && seen.count <= Artifact.largest && seen.address == nil
    if isFine, !namesAreKnown || ledger.isNamed(digest) { return }
    let path = folder + digest.hex
    guard seen.hasItsDigest else {
      return result.wrong(path, "the file does not have the digest that is its name")
    }
    if seen.count > Artifact.largest {
      result.wrong(path, "the artifact has \(seen.count) bytes, more than \(Artifact.largest)")
    }
    if namesAreKnown, !ledger.isNamed(digest) { result.wrong(path, "no entry names this artifact") }
    guard let offset = seen.address else { return }
    if ledger.configuration.contains(digest) {
      result.warnings.append("\(path): the organisation's own configuration holds something like an e-mail address")
    } else {
      result.wrong(path, byte: offset, "something like an e-mail address stands in it; evidence never holds a person")
    }
  }
}
