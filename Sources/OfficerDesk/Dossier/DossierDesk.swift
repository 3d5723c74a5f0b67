import Correspondence
import ErasureDomain
import Journal
import OfficerAPI
import SubjectVault

// The dossier of a request for the authority: everything in it but the person's part comes from log and artifacts.
extension OfficerDesk {
  func makeDossier(_ call: MakeDossier, _ caller: Caller) async throws -> DossierFiles {
    let record = try await find(call.request)
    // Only who may see the person gets him; an auditor's dossier names nobody.
    let maySee = Permissions.allow(ShowRequest.name, caller)
    let person = call.withPerson && maySee ? try await person(of: record) : nil
    if call.withPerson, !maySee {
      await denied(MakeDossier.name, FailureCode("person"), by: caller)
      throw Refusal(.forbidden, "an auditor's dossier names nobody; leave --with-person out")
    }
    try await append(
      DossierMade(about: record.request, person: person != nil), about: .log, by: caller.id, expecting: nil)
    try await publish()
    let evidence = try await export(record.request).map { (path: "evidence/\($0.path)", bytes: $0.bytes) }
    let facts = try await dossierRecord(of: record)
    let questions = TwentyQuestions(record: facts, letters: Set(person?.letters.map(\.kind) ?? []))
    let page = DossierPage(
      facts, questions, history: try await history((facts.entries + facts.aboutIt).sorted { $0.index < $1.index }),
      person: person,
      evidence: evidence.map(\.path))
    let files =
      [
        (path: "index.html", bytes: page.html), (path: "index.txt", bytes: page.text),
        (path: "questions.json", bytes: try CanonicalJSON.encode(questions.answers)),
      ] + evidence
    return DossierFiles(
      files: ExportedEvidence(files: files.map { .init(path: $0.path, content: Base64.encode($0.bytes)) }),
      hasPerson: person != nil)
  }

  /// What the vault has; a closed request has nothing there.
  private func person(of record: RequestRecord) async throws -> DossierPerson {
    let request = record.request
    guard try await vault.contains(request) else {
      throw Refusal(
        .refused,
        "the vault holds nothing of this person any more; a dossier without --with-person names the letters by reference "
          + "and keyed digest")
    }
    var person = DossierPerson(letters: [], texts: [])
    for sent in record.letters ?? [] {
      guard let letter = try await vault.get(PreparedLetter.self, .letter(sent.letter), of: request) else { continue }
      person.letters.append(
        (
          kind: sent.letter, heading: "\(sent.letter.rawValue), sent on \(sent.on) by \(sent.channel.rawValue)",
          text: "\(letter.subject)\n\n\(letter.text)"
        ))
    }
    if let text = try await vault.get(String.self, .note, of: request) {
      person.texts.append((heading: "The request as it came", text: text))
    }
    for note in try await clockNotes(of: record) + holdNotes(of: record) {
      person.texts.append((heading: note.title, text: note.text))
    }
    return person
  }
}

extension DossierRecord {
  /// Entries of the log itself that are about this request.
  var aboutIt: [IndexedEntry] {
    around.filter { stored in
      ![AccessDenied.kind, RestoreAnnounced.kind, RestoreScanned.kind].contains(stored.entry.kind)
    }
  }
}
