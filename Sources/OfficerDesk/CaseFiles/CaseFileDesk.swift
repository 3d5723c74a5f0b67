import ErasureDomain
import EvidenceLog
import ExternalPrograms
import Journal
import OfficerAPI
import SubjectVault

// Case files: what is kept beyond closing for a complaint that comes by name, opened by two people (evidence.md 10.1).
extension OfficerDesk {
  /// Fewer cannot open one together.
  static let fewestReaders = 2

  /// Who can open a case file together with somebody else, and who cannot, in words.
  struct CaseFileReaders {
    /// Keys as `age` takes them, by person.
    var keys: [PersonReference: [String]] = [:]
    var unusable: [String] = []
  }

  func caseFileReaders(at now: UTCTime) async throws -> CaseFileReaders {
    let listed = try AllowedSigners(parsing: try await signersInForce()).signers
    var readers = CaseFileReaders()
    var holders: [SSHPublicKey: Set<PersonReference>] = [:]
    for signer in listed {
      for principal in signer.principals {
        if let person = settings.people.signer(principal) { holders[signer.key, default: []].insert(person.id) }
      }
    }
    for person in settings.people.persons where person.roles.contains(.officer) {
      let own = listed.filter { signer in
        !person.principals.isDisjoint(with: signer.principals) && signer.validAfter.map { $0 <= now } ?? true
          && signer.validBefore.map { now <= $0 } ?? true
      }.map(\.key)
      // With a key of two people one of them could take off both layers.
      let usable = Set(own.filter { $0.type == .ed25519 && holders[$0]?.count == 1 })
      guard usable.isEmpty else {
        readers.keys[person.id] = usable.map(\.text).sorted()
        continue
      }
      let why =
        own.isEmpty
        ? "no valid key"
        : own.contains { $0.type == .ed25519 }
          ? "a key that is somebody else's too" : Set(own.map(\.type.rawValue)).sorted().joined(separator: ", ")
      readers.unusable.append("\(person.name) (\(why))")
    }
    return readers
  }

  // MARK: Writing

  /// Writes the case file of a request that is about to be closed, and gives the fact for the same append; nil where none is
  /// kept. A crash before the append leaves a file that the next closing replaces: the person is still in the vault.
  func keepCaseFile(of record: RequestRecord, unless isUnwanted: Bool) async throws -> CaseFileKept? {
    guard let room = caseFiles else {
      guard !isUnwanted else { throw Refusal(.invalid, "no case files are kept here; leave --no-case-file out") }
      return nil
    }
    guard !isUnwanted else {
      do { try await room.removeAll(of: record.request) } catch { throw Self.unavailable(error) }
      return nil
    }
    let readers = try await caseFileReaders(at: clock.now())
    guard readers.keys.count >= Self.fewestReaders else {
      let unusable = readers.unusable.isEmpty ? "" : "; not usable: \(readers.unusable.joined(separator: ", "))"
      throw Refusal(
        .refused,
        "a case file is opened by two people, and \(readers.keys.count) of the officers have an ssh-ed25519 key of their own "
          + "in allowed_signers\(unusable). List the keys, or close without a case file (--no-case-file)")
    }
    guard try await vault.contains(record.request) else {
      throw Refusal(
        .refused, "the vault holds nothing of the person any more, so that there is nothing to keep: --no-case-file")
    }
    let until = clock.today.adding(months: room.keepMonths)
    let box = try await sealed(try await content(of: record), until: until, readers.keys, room.age)
    do {
      return CaseFileKept(until: until, digest: try await room.write(box), people: readers.keys.count)
    } catch { throw Self.unavailable(error) }
  }

  private func content(of record: RequestRecord) async throws -> CaseFileContent {
    let request = record.request
    var content = CaseFileContent(
      request: request, number: record.number, receivedOn: record.received.receivedOn, channel: record.received.channel,
      language: record.received.language, contact: try await vault.get(String.self, .contact, of: request),
      identifiers: try await vault.get([SubjectIdentifier].self, .identifiers, of: request) ?? [],
      text: try await vault.get(String.self, .note, of: request), letters: [])
    for sent in record.letters ?? [] {
      guard let letter = try await vault.get(PreparedLetter.self, .letter(sent.letter), of: request) else { continue }
      content.letters.append(
        CaseFileContent.Letter(
          letter: sent.letter, on: sent.on, channel: sent.channel, subject: letter.subject, text: letter.text))
    }
    return content
  }

  /// The content under a fresh key, whose secret is encrypted to each person (the parts), and to each person the parts of all
  /// others: whoever opens his layer has nothing that he can read.
  private func sealed(
    _ content: CaseFileContent, until: CivilDate, _ keys: [PersonReference: [String]], _ age: AgeProgram
  ) async throws -> CaseFileRoom.Box {
    let bytes = try CanonicalJSON.encode(content)
    guard bytes.count <= Self.largestCase else {
      throw Refusal(.refused, "what is to be kept is larger than \(Self.largestCase) bytes; close with --no-case-file")
    }
    do {
      let (secret, publicKey) = try await age.freshIdentity()
      var parts: [PersonReference: String] = [:]
      for (person, keys) in keys { parts[person] = Base64.encode(try await age.encrypt(secret, for: .keys(keys))) }
      var outer: [String: String] = [:]
      for (person, keys) in keys {
        let others = parts.filter { $0.key != person }.map { ($0.key.text, $0.value) }
        let layer = try CanonicalJSON.encode(Dictionary(uniqueKeysWithValues: others))
        outer[person.text] = Base64.encode(try await age.encrypt(layer, for: .keys(keys)))
      }
      return CaseFileRoom.Box(
        request: content.request, until: until, outer: outer,
        content: Base64.encode(try await age.encrypt(bytes, for: .keys([publicKey]))))
    } catch is AgeProgram.Failure {
      throw Refusal(
        .unavailable,
        "the case file could not be encrypted: install age (Debian: apt-get install age), or close with --no-case-file; "
          + "nothing was closed")
    }
  }

  static let largestCase = 700_000

  // MARK: Opening

  func open(_ call: OpenCaseFile, _ caller: Caller) async throws -> CaseFilePart {
    let (record, room, box) = try await caseFile(of: call.request)
    guard let person = caller.id else { throw Refusal(.forbidden, "an operator opens no case file") }
    let reason = FailureCode(try Self.code(call.reason, "the reason"))
    let now = clock.now()
    guard let outer = box.outer[person.text] else {
      throw Refusal(
        .refused,
        "the case file of request \(record.number) was not encrypted to your key: you were no officer with an ssh-ed25519 key "
          + "when it was made; two of those who were can open it (\(names(box)))")
    }
    let half = await room.half(of: record.request, at: now)
    guard half?.by != person else {
      throw Refusal(
        .refused,
        "you have opened the first half of it; the second half is another person's (\(names(box, but: person))), within a day"
      )
    }
    let step = half == nil ? 1 : 2
    try await append(
      CaseFileOpened(about: record.request, step: step, reason: reason), about: .log, by: person, expecting: nil)
    guard let half else {
      await room.begin(record.request, by: person, at: now)
      return CaseFilePart(number: record.number, step: 1, box: outer, until: box.until)
    }
    await room.forget(record.request)
    guard let part = half.parts[person.text] else {
      throw Refusal(.refused, "what was handed over has no part for your key; the first half must be opened again")
    }
    return CaseFilePart(number: record.number, step: 2, box: part, content: box.content, until: box.until)
  }

  func hand(_ call: HandCaseFile, _ caller: Caller) async throws -> Done {
    let (record, room, box) = try await caseFile(of: call.request)
    guard let person = caller.id else { throw Refusal(.forbidden, "an operator opens no case file") }
    let parts: [String: String]
    do { parts = try CanonicalJSON.decode([String: String].self, from: Array(call.parts.utf8)) } catch {
      throw Refusal(.invalid, "what your key opened is no layer of a case file; open it again")
    }
    guard Set(parts.keys) == Set(box.outer.keys).subtracting([person.text]) else {
      throw Refusal(.invalid, "what your key opened is not the layer of this case file; open it again")
    }
    guard await room.hand(parts, of: record.request, by: person, at: clock.now()) else {
      throw Refusal(.refused, "you have not begun to open this case file within the last day; open it first")
    }
    return Done()
  }

  private func caseFile(of text: String) async throws -> (RequestRecord, CaseFileRoom, CaseFileRoom.Box) {
    let record = try await find(text)
    guard let room = caseFiles else {
      throw Refusal(.refused, "no case files are kept here: case-files: is not in the configuration")
    }
    guard let kept = record.caseFile else {
      throw Refusal(.refused, "request \(record.number) has no case file; one is written when it is closed")
    }
    guard kept.until >= clock.today else {
      throw Refusal(.refused, "the case file of request \(record.number) was kept until \(kept.until); it is destroyed")
    }
    let found: (box: CaseFileRoom.Box, digest: ContentDigest)?
    do { found = try await room.read(record.request) } catch { throw Self.unavailable(error) }
    guard let found else {
      throw Refusal(.unavailable, "the case file of request \(record.number) is not in its folder any more")
    }
    guard found.digest == kept.digest else {
      throw Refusal(
        .unavailable, "the case file of request \(record.number) is not the one that was written: its digest differs")
    }
    return (record, room, found.box)
  }

  private func names(_ box: CaseFileRoom.Box, but person: PersonReference? = nil) -> String {
    box.outer.keys.compactMap { PersonReference($0) }.filter { $0 != person }.compactMap {
      settings.people.name(of: $0)
    }
    .sorted().joined(separator: ", ")
  }

  private static func unavailable(_ error: any Error) -> Refusal {
    Refusal(
      .unavailable, "the folder of the case files cannot be used (\(error)); see case-files: in the configuration")
  }

  // MARK: The end

  /// Destroys case files whose last day is past, and logs each once, also after a crash in between. Returns how many went.
  /// What a crash left half-written goes too.
  public func destroyOverdueCaseFiles() async throws -> Int {
    guard let room = caseFiles else { return 0 }
    try await room.removeUnfinished()
    for (request, digest) in try await room.marks() {
      let text = "\"about\":\"\(request)\""
      let logged = try await journal.read { reader in
        try reader.entries(from: 0, holding: [text]).contains { $0.entry.kind == CaseFileDestroyed.kind }
      }
      if !logged { try await log(destructionOf: request, digest) }
      try await room.unmark(request)
    }
    var gone = 0
    for file in try await room.listed() where file.until < clock.today {
      let digest = try await room.destroy(file)
      try await log(destructionOf: file.request, digest)
      try await room.unmark(file.request)
      gone += 1
    }
    return gone
  }

  /// A file that no closing names was never kept: nothing is said about it.
  private func log(destructionOf request: RequestReference, _ digest: ContentDigest) async throws {
    guard try await journal.read({ reader in try reader.request(request) })?.caseFile?.digest == digest else { return }
    try await append(CaseFileDestroyed(about: request, digest: digest), about: .log, by: nil, expecting: nil)
  }

  // MARK: Health

  /// Case files past their last day, and who reads new ones where any are to be written; nil where none are kept.
  func caseFileStanding() async throws -> (past: Int, areWritable: Bool, unusable: [String])? {
    guard let room = caseFiles else { return nil }
    let readers = try await caseFileReaders(at: clock.now())
    let past = try await room.past(on: clock.today)
    return (past, readers.keys.count >= Self.fewestReaders, readers.unusable)
  }

  func caseFileWarnings() async throws -> [String] {
    guard let standing = try await caseFileStanding() else { return [] }
    var warnings: [String] = []
    if standing.past > 0 {
      warnings.append(
        "\(standing.past) case files are past their last day and not destroyed: look at the daemon's log")
    }
    if !standing.areWritable {
      warnings.append(
        "case files cannot be written: fewer than two officers have an ssh-ed25519 key of their own"
          + (standing.unusable.isEmpty ? "" : "; not usable: \(standing.unusable.joined(separator: ", "))"))
    }
    return warnings
  }

  /// What the log says is kept, against the folder; nil where nothing is and nothing is to be.
  func caseFileLine() async throws -> CheckView.Line? {
    let kept = try await keptCaseFiles()
    guard let room = caseFiles else {
      guard let last = kept.values.max() else { return nil }
      return CheckView.Line(
        name: "case files", healthy: false,
        words:
          "\(kept.count) case files are kept until \(last) at the latest, and case-files: is not in the configuration: "
          + "nobody can open one, and none is destroyed at its end; put it back")
    }
    var problems = try await caseFileWarnings()
    let there = Set(try await room.listed().map(\.request))
    let missing = Set(kept.keys).subtracting(there).count
    if missing > 0 { problems.append("\(missing) case files that the log says are kept are not in the folder") }
    return CheckView.Line(
      name: "case files", healthy: problems.isEmpty,
      words: problems.isEmpty
        ? "\(kept.count) kept; in the record of processing: \(room.record)" : problems.joined(separator: "; "))
  }

  /// What the log says is kept, each until its last day.
  private func keptCaseFiles() async throws -> [RequestReference: CivilDate] {
    let entries = try await journal.read { reader in
      try reader.entries(from: 0, holding: [CaseFileKept.kind, CaseFileDestroyed.kind].map { "\"kind\":\"\($0)\"" })
    }
    var kept: [RequestReference: CivilDate] = [:]
    for stored in entries {
      if stored.entry.kind == CaseFileKept.kind, let request = stored.entry.subject.request {
        kept[request] = try stored.entry.facts(as: CaseFileKept.self).until
      }
      if stored.entry.kind == CaseFileDestroyed.kind {
        kept[try stored.entry.facts(as: CaseFileDestroyed.self).about] = nil
      }
    }
    return kept
  }
}
