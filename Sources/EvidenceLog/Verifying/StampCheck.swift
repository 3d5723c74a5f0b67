import Crypto
import ErasureDomain

/// The time stamp beside a checkpoint: that it is about exactly its bytes. Whether it is genuine is for `openssl ts`.
enum StampCheck {
  static let path = "checkpoint.tsr"
  static let authorities = "tsa/ca.pem"

  /// Beside a log that is being published an older stamp may lie for a moment; in a bundle it is wrong.
  static func run(
    _ files: some EvidenceFiles, checkpoint: [UInt8], mayBeOlder: Bool, _ result: inout AuditResult
  ) throws {
    guard let bytes = try files.read(path) else { return }
    let stamp: TimeStamp
    do { stamp = try TimeStamp(reply: bytes) } catch {
      return result.wrong(path, "\(error)")
    }
    guard stamp.imprint == SHA256.digest(of: checkpoint) else {
      let words = "it is about other bytes than those of \(CheckpointCheck.path)"
      if mayBeOlder {
        result.warnings.append("\(path): \(words): the log may have been copied while it was published")
      } else {
        result.wrong(path, words)
      }
      return
    }
    result.checked.append("\(path) is about exactly these bytes of \(CheckpointCheck.path), and says \(stamp.time)")
    result.notChecked.append(
      "whether the time stamp is genuine: openssl ts -verify -data \(CheckpointCheck.path) -in \(path) -CAfile "
        + "<your own CA file> -attime \(stamp.time.secondsSince1970)")
  }
}
