public import ErasureDomain

extension RequestReference {
  /// The request that a company's notice makes: always the same, so that one notice cannot make two.
  ///
  /// It says nothing about a person: a notice's own reference is random.
  public init(sender: String, notice: JobReference) {
    let digest = ContentDigest(hashing: Array("expunged-notice/1\n\(sender)\n\(notice.text)\n".utf8))
    self.init(bytes: Array(digest.bytes.prefix(16)))
  }
}
