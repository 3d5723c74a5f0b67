import ErasureDomain

// What auditors ask, and where in the folder the answer is; where it is not, that is said.
extension AuditorsIndex {
  /// One line: where it is, and what is not shown here.
  private typealias Pointer = (here: String, missing: String)

  private static func table(_ titles: [String], _ rows: [(String, Pointer)]) -> DossierPage.Block {
    .table(titles, rows.map { [$0.0, $0.1.here, $0.1.missing] })
  }

  var questions: DossierPage.Section {
    let rows = zip(AuditQuestions.all.indices, zip(AuditQuestions.all, answers)).map { place, pair in
      ("\(place + 1). \(pair.0)", pair.1)
    }
    return .init(
      "The twenty questions of an auditor",
      [
        .words(
          "\"explain N\" means: expunge-audit explain N . - everything about request N in plain words, with the entries. For one "
            + "request the organisation can make a dossier that answers all twenty: expunge dossier N FOLDER."),
        Self.table(["Question", "Where the answer is", "Not shown here"], rows),
      ])
  }

  private var answers: [Pointer] {
    [
      ("requests.csv: number, received_at, channel; no number is missing", ""),
      (
        "requests.csv: due, informed, reply_late_days; the rule in `dueDates.ruleSet` of request.received; "
          + "\(count(LetterSent.kind)) letters with their proof of dispatch (letter.sent)", "that a letter was read"
      ),
      (
        "requests.csv: extended_for; \(count(DeadlineExtended.kind)) deadline.extended, each with its day",
        "the reason's own words"
      ),
      (
        "explain N: request.confirmed (method), identity.asked (doubt); \(count(IdentityAsked.kind)) were asked for more",
        "what was handed over: it was in the vault and is destroyed"
      ),
      ("request.received: `requester`, with the kind of proof; explain N", "whose name it was"),
      ("decisions of each plan (log/artifacts), \(count(CategoryDecided.kind)) category.decided; explain N", ""),
      ("exceptions.csv; follow-ups of each plan for what a rule keeps", "the deliberation in words"),
      (
        "coverage of each plan (requests.csv: plans names it by digest); \(count(RegisterChanged.kind)) changes of the register in "
          + "history.csv", "the register itself, and whether reality has more systems than it"
      ),
      (
        "expunge-audit verify: every system of the plan has jobs or a reason, every job one outcome",
        "systems nobody registered"
      ),
      (
        "requests.csv: drafters, approvers; the signatures in log/artifacts; \(count(AccessDenied.kind)) refused tries in lookups.csv",
        "who is which u-…: the organisation's own list"
      ),
      (
        "the table of outcomes; explain N: found, erased, and what the look after it saw, system by system",
        "the queries, and any value of a row"
      ),
      ("late.csv: stood_in_the_way; explain N: each attempt and how it ended", ""),
      (
        "the table of outcomes; \(count(ReceiptKept.kind)) signed receipts, \(count(CallbackReceived.kind)) calls of companies; explain N",
        "what a company did"
      ),
      (
        "explain N: expiry-tagged and its last day, \(count(CopyExpired.kind)) copies seen gone",
        "copies nobody registered"
      ),
      (
        "history.csv: \(count(RestoreAnnounced.kind)) restores announced, \(count(RestoreScanned.kind)) looked through; "
          + "\(count(ReprobeMade.kind)) later looks; requests.csv: again", ""
      ),
      ("\(count(TaskAttested.kind)) signed attestations (task.attested): medium, method, two people", "photographs"),
      ("exceptions.csv; explain N: what is kept, on which ground, until when", "the rows"),
      (
        "letter.sent: kind, language, day, proof; requests.csv: informed",
        "the text: only its HMAC is here, the person has it"
      ),
      ("expunge-audit verify and verify.py; history.csv; the signed checkpoint in log/", anchored),
      (
        "no entry names a person, every byte was scanned at the export; \(count(VaultDestroyed.kind)) vault.destroyed, "
          + "\(count(CaseFileKept.kind)) case files kept, \(count(CaseFileDestroyed.kind)) destroyed",
        "the organisation's own rule for how long this evidence is kept"
      ),
    ]
  }

  private var anchored: String { cosigners.isEmpty ? "an anchor outside: no witness has signed the checkpoint" : "" }

  var shortcomings: DossierPage.Section {
    let rows: [(String, Pointer)] = [
      (
        "No documented procedure",
        (
          "the rules that every entry kept (log.opened: rules), which the verifiers replay",
          "the organisation's written procedure"
        )
      ),
      ("Weak information to people", ("requests.csv: informed, reply_late_days; letter.sent", "the letters' texts")),
      (
        "Exceptions decided inconsistently",
        ("exceptions.csv: ground, citation and person of each, side by side", "whether they were right")
      ),
      (
        "Retention periods unclear",
        ("follow-ups of each plan: rule, citation, day; explain N", "whether the rules are the right ones")
      ),
      (
        "Backups",
        (
          "expiry-tagged jobs and \(count(CopyExpired.kind)) copy.expired; restores in history.csv",
          "backups nobody registered"
        )
      ),
      (
        "\"Anonymisation\" that is only hashing or masking",
        (
          "anonymised and restricted are outcomes of their own, never erased; conditions of each in the plan",
          "a test of what stays, beyond who said so"
        )
      ),
      ("Training", ("", "not in a log: ask the organisation")),
    ]
    return .init(
      "The seven recurring shortcomings of the EDPB's coordinated action of 2025",
      [Self.table(["Shortcoming", "Where to look", "Not shown here"], rows)])
  }

  var controls: DossierPage.Section {
    let rows: [(String, Pointer)] = [
      (
        "27001 A.5.3 Segregation of duties",
        ("requests.csv: drafters and approvers never meet; task.attested by two", "")
      ),
      (
        "27001 A.5.18 Access rights",
        (
          "history.csv: \(count(SignersChanged.kind)) signers.changed; lookups.csv: access.denied",
          "the list of people and roles: compare its digest"
        )
      ),
      (
        "27001 A.5.33 Protection of records",
        ("log/ and its checkpoint; both verifiers", "where copies of the log are kept")
      ),
      ("27001 A.8.10 Information deletion", ("the table of outcomes; explain N", "blocks on a disk")),
      ("27001 A.8.13 Information backup", ("expiry of copies, restores in history.csv", "backups of systems as such")),
      ("27001 A.8.15 Logging", ("log/: every decision and step, none can be changed unseen", anchored)),
      ("27701 Handling requests", ("requests.csv, explain N", "")),
      (
        "27701 Access, correction and/or erasure",
        ("the table of outcomes, requests.csv: rights", "correction: not in this program")
      ),
      (
        "27701 PII controllers' obligations to inform third parties",
        ("jobs that tell companies; receipts", "what they did with it")
      ),
      (
        "27701 PII de-identification and deletion at the end of processing",
        ("anonymised, restricted and erased apart", "")
      ),
      ("27701 Retention", ("follow-ups of each plan; exceptions.csv", "data that no request was about")),
      ("27701 Disposal", ("task.attested: carriers, serial, method", "")),
      ("27701 Records related to processing PII", ("", "the record of processing activities: the organisation's own")),
    ]
    return .init(
      "Controls of ISO/IEC 27001 and 27701",
      [
        .words("27701 by title: its 2025 edition numbers anew."),
        Self.table(["Control", "Where the evidence is", "Not shown here"], rows),
      ])
  }

  var notHere: DossierPage.Section {
    .init(
      "What is not here, and was not checked by making this page",
      [
        .list([
          "Making this page verified nothing: it reads the entries and believes them.",
          "Whether the keys and allowed signers are the right ones: bring your own.",
          "Anything about a person: identifiers, letters and reasons were in the vault.",
          "Systems, recipients and backups that the register does not name.",
          cosigners.isEmpty
            ? "When the log was written, as seen from outside: it is not anchored outside by a witness."
            : "Whether the witnesses are who they seem: verify their lines with their own keys.",
          "What happened after entry \(checkpoint.size > 0 ? checkpoint.size - 1 : 0).",
        ])
      ])
  }

  var howToCheck: DossierPage.Section {
    .init(
      "How to check it",
      [
        .words(
          "Keys and allowed signers come from your own files, never from this folder. log.vkey is the log's verifier key in one "
            + "line; checkpoint.last is log/checkpoint of your last visit."),
        .verbatim(
          """
          expunge-audit verify . --key ../log.vkey --signers ../my_allowed_signers --old ../checkpoint.last
          python3 verify.py . --key ../log.vkey --signers ../my_allowed_signers --old ../checkpoint.last
          expunge-audit sample . --seed "words you choose" --count 25
          python3 verify.py sample . --seed "words you choose" --count 25
          expunge-audit explain 17 .
          expunge-audit report . --from 2026-01-01 --until 2026-12-31
          """),
        .words(
          "You draw the sample with words that you choose after you have this folder; both programs draw the same. Then ask "
            + "for the bundles of those numbers (expunge evidence export NUMBER FOLDER), or explain them from here. One approval by "
            + "hand, with OpenSSH alone (text and signature are named by plan.approved, in log/artifacts/sha256/):"),
        .verbatim(
          """
          ssh-keygen -Y find-principals -s SIGNATURE -f ../my_allowed_signers
          ssh-keygen -Y verify -f ../my_allowed_signers -I PRINCIPAL -n \(SignatureNamespace.approval) -s SIGNATURE < TEXT
          openssl ts -verify -data log/checkpoint -in TOKEN.tsr -CAfile ../my_ca.pem
          """),
        .words(
          "The last needs a time stamp over the checkpoint: ask the organisation for it where there is none here."),
      ])
  }

  var files: DossierPage.Section {
    .init(
      "The files",
      [
        .links([
          (AuditorsFolder.readMe, "this in few words"), (AuditorsFolder.requests, "every request number"),
          (AuditorsFolder.late, "late cases"), (LogTable.exceptions.file, "what stays by a decision"),
          (LogTable.lookups.file, "who looked for or at a person"), (AuditorsFolder.people, "what each person did"),
          (LogTable.history.file, "keys, people, register, systems"),
          (AuditorsFolder.verifier, "the second verifier: Python's standard library alone"),
        ]),
        .words(
          "log/ is the published log: entries, hashes, artifacts, and the signed checkpoint. bundles/N/, where it is there, "
            + "is the evidence of request N by itself."),
      ])
  }
}
