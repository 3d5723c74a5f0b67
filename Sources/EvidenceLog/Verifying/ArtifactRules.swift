import ErasureDomain

/// What every artifact keeps.
enum ArtifactRules {
  /// Adds a finding for bytes that are not those of the name, too many, of nobody, or about a person.
  static func check(
    _ bytes: [UInt8], _ digest: ContentDigest, at path: String, _ ledger: ArtifactLedger, namesAreKnown: Bool,
    _ result: inout AuditResult
  ) {
    guard ContentDigest(hashing: bytes) == digest else {
      return result.wrong(path, "the file does not have the digest that is its name")
    }
    if bytes.count > Artifact.largest {
      result.wrong(path, "the artifact has \(bytes.count) bytes, more than \(Artifact.largest)")
    }
    if namesAreKnown, !ledger.named.contains(digest) { result.wrong(path, "no entry names this artifact") }
    guard let offset = PersonalDataScan.emailAddress(in: bytes) else { return }
    if ledger.configuration.contains(digest) {
      result.warnings.append("\(path): the organisation's own configuration holds something like an e-mail address")
    } else {
      result.wrong(path, byte: offset, "something like an e-mail address stands in it; evidence never holds a person")
    }
  }
}
