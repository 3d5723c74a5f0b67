import ErasureDomain

/// The text that explains a bundle to whoever opens it.
struct BundleReadMe {
  let request: RequestReference
  let origin: String
  let size: UInt64
  let lastEntry: UInt64
  let signatures: [SignedDecision]
  let anchoring: Anchoring

  var text: String {
    """
    Evidence about the erasure request \(request)
    from the log \(origin), as of its first \(size) entries.
    \(anchoring.sentence)

    What it shows: a named person approved exactly one plan; what the daemon did, in order; that the record has not
    changed since a witness or a time-stamping authority saw it; what a recipient signed; that a look through a named
    path found so many rows at a time.
    What it does not show: that no copy exists in a system nobody registered; that the daemon told the truth at the
    moment of writing; that blocks on a disk are gone. Anyone who holds the log's key can add lies, not change what was
    cosigned. There is no identifier of a person in it.

    Begin with index.html: it says in plain words what happened, and first what that does not show.

    Files
      index.html                  what happened, made from the entries here
      policy                      whom to believe; compare it with your own copy
      checkpoint                  the signed state of the log that all proofs here lead to
      checkpoint.tsr, tsa/ca.pem  a time stamp over its bytes, and whom we trusted for it that day, where there is one
      entries/<index>.json        exact bytes of the entries; 0 is the opening of the log
      proofs/<index>.tlog-proof   that the entry stands in the log
      approvals/<n>.txt, .sig     what a person signed, in the order of the log
      artifacts/sha256/<hex>      what entries name by digest
      report.txt                  the erasure report, when the request is concluded
      verify.py                   the second verifier; Python 3.9 or later and nothing else

    How to check it, with keys and allowed signers from your own files, never from this bundle
    (/path/to/LOGDIR is a copy of the published log with this bundle's checkpoint in it)

      expunge-audit verify --policy ../my_policy --signers ../my_allowed_signers .
      python3 verify.py . --key ../log.vkey --signers ../my_allowed_signers

      <any verifier of C2SP tlog-proof> proof --key @log.vkey --leaf entries/\(lastEntry).json \
    proofs/\(lastEntry).tlog-proof
      tlog-tiles gen-proof /path/to/LOGDIR \(lastEntry) | diff - proofs/\(lastEntry).tlog-proof
    \(anchoring.command)\(signatureCommands)
    """
  }

  private var signatureCommands: String {
    signatures.enumerated().map { place, signature in
      """
        ssh-keygen -Y verify -f ../my_allowed_signers -I <principal> -n \(signature.namespace) \
      -s approvals/\(place + 1).sig < approvals/\(place + 1).txt

      """
    }.joined()
  }
}
