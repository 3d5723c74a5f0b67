import ErasureDomain
import EvidenceLog

/// The `subject_request_id` of a job: a UUID of version 4 (RFC 9562) that anyone who knows the job can make again.
///
/// A callback names only this; and a request that was sent is found again even when nothing else of it is remembered.
struct SubjectRequestID: Hashable, Sendable {
  /// In lower case, as the protocol wants it.
  let text: String

  init(of job: JobReference) {
    var bytes = Array(ContentDigest(hashing: Array("opendsr subject_request_id\n\(job.text)\n".utf8)).bytes.prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Hex.encode(bytes)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(index) { text.append("-") }
      text.append(digit)
    }
    self.text = text
  }

  /// Whether what a processor wrote is this id. It is ours in lower case, and some write it otherwise.
  func matches(_ other: String?) -> Bool { other?.lowercased() == text }
}
