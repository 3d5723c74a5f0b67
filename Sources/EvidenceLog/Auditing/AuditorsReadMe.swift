/// The text that explains an auditor's folder to whoever opens it.
public struct AuditorsReadMe {
  private let origin: String
  private let size: UInt64

  /// The text about a checkpoint of the log.
  public init(_ checkpoint: Checkpoint) {
    origin = checkpoint.origin
    size = checkpoint.size
  }

  /// The text.
  public var text: String {
    """
    Evidence of erasures from the log \(origin), as of its first \(size) entries.
    Begin with index.html: it says first what this does not prove.

    What it does not show: that no copy exists in a system nobody registered; that the daemon told the truth at the
    moment of writing; that blocks on a disk are gone. There is no identifier of a person in it.

      log/              the published log: every entry, every hash, what entries name, and the signed checkpoint
      index.html        what is where: figures, late cases, people, twenty questions, controls
      requests.csv      every request number, refused, withdrawn and linked ones too
      late.csv exceptions.csv lookups.csv people.csv history.csv
      verify.py         the second verifier; Python 3.9 or later and nothing else
      bundles/<number>/ the evidence of single requests, where some were asked for

    log/ is the evidence. Everything else but bundles/ follows from it, and both verifiers make it again.

    Check it with keys and allowed signers from your own files, never from this folder:

      expunge-audit verify . --key ../log.vkey --signers ../my_allowed_signers
      python3 verify.py . --key ../log.vkey --signers ../my_allowed_signers

    Draw a sample with words that you choose now, and have each explained:

      python3 verify.py sample . --seed "words you choose" --count 25
      expunge-audit sample . --seed "words you choose" --count 25
      expunge-audit explain <number> .

    """
  }
}
