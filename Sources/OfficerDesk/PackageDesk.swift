import ConnectorKit
import Correspondence
import ErasureDomain
import ErasureEngine
import EvidenceLog
import ExternalPrograms
import Journal
import OfficerAPI
import SubjectVault

// What a person takes along: made, delivered or waived, before anything of it goes (F10).
extension OfficerDesk {
  static let passphraseCharacters = 12...128

  /// A request whose plan exports, with where its exports stand.
  private struct Taking {
    let request: RequestRecord
    let plan: PlanRecord
    let planned: ErasurePlan
    let jobs: [JobRecord]

    var exports: [JobRecord] { jobs.filter { $0.verb == .export } }
    var standing: PackageStanding { plan.package ?? PackageStanding() }
    /// Exports that are still the package's.
    var open: [JobRecord] {
      exports.filter { !$0.state.isSettled && standing.waivedSystems[$0.system] == nil && standing.waived == nil }
    }
    var subject: EntrySubject { EntrySubject(request: request.request, plan: plan.plan) }
  }

  private func taking(_ text: String) async throws -> Taking {
    let request = try await find(text)
    guard !request.packages.isEmpty else {
      throw Refusal(
        .refused, "request \(request.number) asks neither for portability nor for access: nothing is collected")
    }
    switch request.state {
    case .received:
      throw Refusal(
        .refused,
        "request \(request.number) is received: nobody gets a copy before his identity is established; "
          + "expunge request confirm")
    case .verified, .refused, .withdrawn, .inErasure, .withdrawnPartly, .concluded, .closed, .ended: break
    }
    guard let reference = request.plan else {
      throw Refusal(.refused, "request \(request.number) has no plan yet; what is collected follows from its plan")
    }
    let (plan, jobs) = try await journal.read { reader in
      (try reader.plan(reference), try reader.jobs(of: reference))
    }
    guard let plan, !jobs.isEmpty else {
      throw Refusal(.refused, "the plan of request \(request.number) is not approved; nothing is collected before")
    }
    guard jobs.contains(where: { $0.verb == .export }) else {
      throw Refusal(
        .refused, "the plan of request \(request.number) exports nothing: nothing was found that is given along")
    }
    return Taking(request: request, plan: plan, planned: try await plans.plan(reference).plan, jobs: jobs)
  }

  private func changing(_ text: String) async throws -> Taking {
    let taking = try await taking(text)
    guard taking.request.state == .inErasure else {
      throw Refusal(
        .refused, "request \(taking.request.number) is \(taking.request.state.word): nothing waits to be taken along")
    }
    return taking
  }

  // MARK: Calls

  func show(_ call: ShowPackage) async throws -> PackageView { view(try await taking(call.request)) }

  func add(_ call: AddToPackage, _ caller: Caller) async throws -> PackageView {
    let taking = try await changing(call.request)
    guard let job = taking.open.first(where: { $0.system.description == call.system }) else {
      let names = taking.open.map(\.system.description).joined(separator: ", ")
      throw Refusal(
        .refused, "no export of \"\(Self.shown(call.system))\" waits; there are: \(names.isEmpty ? "none" : names)")
    }
    guard case .awaitingOfficer(let question) = job.state, question.code == .packageWaits else {
      throw Refusal(
        .refused, "the export of \(job.system) is \(job.state.word); add the file when it waits for its package")
    }
    guard taking.request.packages.contains(.access) else {
      throw Refusal(.refused, "files go into the access package, and this person asks for portability alone")
    }
    if let delivered = taking.standing.delivered[PackageKind.access.rawValue] {
      throw Refusal(
        .refused,
        "the access package was delivered on \(delivered.at): a file that is added now would reach nobody; send it to the "
          + "person yourself")
    }
    try Self.requireFileName(call.file)
    guard let content = Base64.decode(call.content), content.count <= AddToPackage.partBytes,
      (0...CollectionStore.largestFile / AddToPackage.partBytes).contains(call.part)
    else {
      throw Refusal(
        .invalid, "a file of at most \(CollectionStore.largestFile >> 20) MiB is added, in parts of half a MiB")
    }
    // A later file does not make the vault keep the first for longer.
    let now = clock.now()
    let expires = job.added?.expires ?? now.adding(seconds: Int64(CollectionStore.days) * 86_400)
    guard now < expires else {
      throw Refusal(.refused, "the files of \(job.system) expired on \(expires); add all of them again in a minute")
    }
    let store = CollectionStore(vault)
    do {
      try await store.add(
        content, part: call.part, isLast: call.isLast, ofFile: call.file, of: job.job, taking.request.request)
    } catch CollectionStore.AddingProblem.tooLarge {
      throw Refusal(
        .invalid,
        "the files of \(job.system) are larger than \(CollectionStore.largestFile >> 20) MiB together; nothing of this "
          + "file was kept")
    } catch CollectionStore.AddingProblem.outOfOrder {
      throw Refusal(.invalid, "this part of the file does not follow the one before it; add the file again")
    }
    guard call.isLast else { return view(taking) }
    let files = try await store.files(of: job.job, taking.request.request)
    let bytes = files.reduce(0) { $0 + $1.bytes.count }
    guard let file = files.first(where: { $0.name == call.file }) else {
      throw Refusal(.refused, "the file was not kept whole; add the file again")
    }
    let mac = Hex.encode(try await vault.hmac(file.bytes, of: taking.request.request, purpose: "added"))
    try await append(
      FilesAdded(files: files.count, bytes: bytes, mac: mac, expires: expires),
      about: EntrySubject(request: taking.request.request, plan: taking.plan.plan, job: job.job), by: caller.id,
      expecting: job.revision)
    return view(try await self.taking(call.request))
  }

  func make(_ call: MakePackage, _ caller: Caller) async throws -> MadePackage {
    let taking = try await changing(call.request)
    try requireWaiting(call.package, taking)
    let missing = taking.open.filter { !$0.isCollected }
    guard missing.isEmpty, !taking.open.isEmpty else {
      let names = missing.map { "\($0.system) (\(Self.word(for: $0)))" }.joined(separator: ", ")
      throw Refusal(
        .refused,
        "not everything is collected yet: \(names). Add a file with expunge package add, collect again with "
          + "expunge task answer, or give nothing of a system with expunge package waived --system")
    }
    guard (1...CollectionStore.days).contains(call.days) else {
      throw Refusal(.invalid, "a package is delivered within 1 to \(CollectionStore.days) days")
    }
    let (recipient, code) = try Self.recipient(call)
    let archive: PackageContents.Archive
    do { archive = try await contents(call.package, taking).archive() } catch let problem as PackageContents.TooLarge {
      throw Refusal(.refused, problem.description)
    }
    let sealed: [UInt8]
    do { sealed = try await age.encrypt(archive.bytes, for: recipient) } catch {
      throw Refusal(error == .keyRefused ? .invalid : .unavailable, error.description)
    }
    let asked = clock.now().adding(seconds: Int64(call.days) * 86_400)
    let until = taking.open.compactMap(\.collectionExpires).reduce(asked) { min($0, $1) }
    let facts = PackageMade(
      package: call.package, ciphertext: ContentDigest(hashing: sealed).hex, bytes: sealed.count,
      systems: archive.systems, rows: archive.rows, files: archive.files, recipient: code, until: until)
    // Nobody has it before the log says so.
    try await append(facts, about: taking.subject, by: caller.id, expecting: taking.plan.revision)
    return MadePackage(
      view: view(try await self.taking(call.request)), package: call.package, content: Base64.encode(sealed),
      ciphertext: facts.ciphertext, until: until)
  }

  func deliver(_ call: DeliverPackage, _ caller: Caller) async throws -> PackageView {
    let taking = try await changing(call.request)
    try requireWaiting(call.package, taking)
    let how = FailureCode(try Self.code(call.how, "way of delivery"))
    guard let made = taking.standing.made[call.package.rawValue] else {
      throw Refusal(
        .refused, "no \(call.package.rawValue) package was made of what is collected now; expunge package make")
    }
    guard clock.now() < made.until else {
      throw Refusal(.refused, "that package expired on \(made.until); make it anew with expunge package make")
    }
    try await append(
      PackageDelivered(package: call.package, how: how), about: taking.subject, by: caller.id,
      expecting: taking.plan.revision)
    return view(try await self.taking(call.request))
  }

  func waive(_ call: WaivePackage, _ caller: Caller) async throws -> PackageView {
    let taking = try await changing(call.request)
    guard !call.reason.isEmpty else {
      throw Refusal(.invalid, "say why with a code, such as --why person-declined")
    }
    let reason = FailureCode(try Self.code(call.reason, "reason"))
    var system: SystemName?
    if let name = call.system {
      system = taking.open.first { $0.system.description == name }?.system
      guard system != nil else {
        throw Refusal(.refused, "no export of \"\(Self.shown(name))\" waits; see expunge package show")
      }
      if let delivered = taking.standing.delivered.min(by: { $0.value.at < $1.value.at }) {
        throw Refusal(
          .refused,
          "the \(delivered.key) package was delivered on \(delivered.value.at) with what \(name) had for it: one system is "
            + "waived before a package is delivered; waive what still waits without --system")
      }
    }
    guard !taking.open.isEmpty else {
      throw Refusal(.refused, "nothing waits to be taken along: it was delivered or waived before")
    }
    try await append(
      PackageWaived(system: system, reason: reason), about: taking.subject, by: caller.id,
      expecting: taking.plan.revision)
    return view(try await self.taking(call.request))
  }

  // MARK: Rules

  private func requireWaiting(_ package: PackageKind, _ taking: Taking) throws {
    guard taking.request.packages.contains(package) else {
      let asked = taking.request.packages.map(\.rawValue).joined(separator: ", ")
      throw Refusal(.refused, "request \(taking.request.number) asks for \(asked), not for \(package.rawValue)")
    }
    if let delivered = taking.standing.delivered[package.rawValue] {
      throw Refusal(.refused, "the \(package.rawValue) package was delivered on \(delivered.at)")
    }
    if let reason = taking.standing.waived { throw Refusal(.refused, "the package was waived (\(reason))") }
  }

  /// A key without its comment, which may name the person; a passphrase that nobody guesses at once.
  private static func recipient(_ call: MakePackage) throws -> (AgeProgram.Recipient, FailureCode) {
    switch (call.key, call.passphrase) {
    case (let key?, nil):
      let words = key.split(whereSeparator: \.isWhitespace).map(String.init)
      let isPlain = words.allSatisfy { $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }
      if isPlain, let first = words.first, first.hasPrefix("age1"), words.count == 1 {
        return (.keys([first]), FailureCode("age"))
      }
      if isPlain, words.count >= 2, ["ssh-ed25519", "ssh-rsa"].contains(words[0]) {
        return (.keys(["\(words[0]) \(words[1])"]), FailureCode("ssh"))
      }
      throw Refusal(.invalid, AgeProgram.Failure.keyRefused.description)
    case (nil, let phrase?):
      guard passphraseCharacters.contains(phrase.count),
        phrase.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F && !(0x80...0x9F).contains($0.value) })
      else {
        throw Refusal(
          .invalid,
          "a passphrase has \(passphraseCharacters.lowerBound) to \(passphraseCharacters.upperBound) characters in one "
            + "line, such as six words that have nothing to do with each other")
      }
      return (.passphrase(phrase), FailureCode("passphrase"))
    case (nil, nil), (_?, _?):
      throw Refusal(.invalid, "a package is encrypted: give a public key of the person, or a passphrase, and not both")
    }
  }

  private static func requireFileName(_ name: String) throws(Refusal) {
    let isPlain = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x5F].contains(byte)
    }
    guard isPlain, (1...100).contains(name.utf8.count), !name.hasPrefix(".") else {
      throw Refusal(
        .invalid, "a file's name in the package has letters, digits, - . _ and at most 100 of them; rename it")
    }
  }

  // MARK: What is in it

  private func contents(_ kind: PackageKind, _ taking: Taking) async throws -> PackageContents {
    let store = CollectionStore(vault)
    let request = taking.request.request
    var lines: [PackageContents.System] = []
    for line in taking.planned.coverage {
      guard let job = taking.open.first(where: { $0.system == line.system }),
        let planned = taking.planned.job(job.job)?.export
      else {
        let waived = taking.standing.waivedSystems[line.system]
        lines.append(
          PackageContents.System(
            system: line.system, title: line.title, reason: waived.map { .waived($0) } ?? Self.reason(line)))
        continue
      }
      let rows = try await store.rows(of: job.job, request)
      let files = try await store.files(of: job.job, request).map {
        PackageContents.File(name: $0.name, bytes: $0.bytes)
      }
      guard files.count == (job.added?.files ?? 0),
        files.reduce(0, { $0 + $1.bytes.count }) == (job.added?.bytes ?? 0)
      else {
        throw Refusal(
          .refused,
          "the files of \(line.system) are not all those that were added: an upload did not end. Add the file again with "
            + "expunge package add")
      }
      let leftOut = taking.planned.jobs.filter { $0.system == line.system }.flatMap(\.leftOut).reduce(0) {
        $0 + $1.count
      }
      lines.append(
        PackageContents.System(
          system: line.system, title: line.title,
          datasets: planned.datasets.compactMap { dataset in
            rows.first { $0.dataset == dataset.dataset }.map { (planned: dataset, rows: $0) }
          },
          files: files, collectedAt: job.collectionExpires?.adding(seconds: -Int64(CollectionStore.days) * 86_400),
          leftOut: leftOut))
    }
    return PackageContents(
      kind: kind, request: request, number: taking.request.number,
      organisation: letterOffice?.organisation.name ?? settings.origin, madeAt: clock.now(), systems: lines)
  }

  private static func reason(_ line: Coverage) -> PackageContents.Reason {
    switch line.role {
    case .copy, .backup, .carrier: return .copy
    case .processor, .recipient, .joint, .source, .public: return .organisation(line.role)
    case .own: break
    }
    switch line.notApplicable {
    case .nothingFound: return .nothingFound
    case .otherCapacity: return .otherCapacity
    case .notRestored, .noDataYet, .toldThroughSuccessor, .nobodyToTell, .erasureNotAsked, .groundRejected, nil:
      return .notProvided
    }
  }

  // MARK: Views

  private func view(_ taking: Taking) -> PackageView {
    let standing = taking.standing
    let packages = taking.request.packages.map { kind -> PackageView.Package in
      if let delivered = standing.delivered[kind.rawValue] {
        return PackageView.Package(package: kind, state: "delivered", at: delivered.at, code: delivered.how)
      }
      if let waived = standing.waived { return PackageView.Package(package: kind, state: "waived", code: waived) }
      guard let made = standing.made[kind.rawValue] else { return PackageView.Package(package: kind, state: "waits") }
      return PackageView.Package(package: kind, state: clock.now() < made.until ? "made" : "expired", at: made.until)
    }
    let lines = taking.exports.map { job in
      PackageView.Line(
        job: job.job, system: job.system, title: taking.planned.job(job.job)?.title ?? "", state: Self.word(for: job),
        rows: job.collected?.datasets.reduce(0) { $0 + $1.rows }, files: job.added?.files,
        expires: job.collectionExpires)
    }
    let exports = Set(taking.exports.map(\.job))
    let waiting = taking.jobs.count { job in
      job.state == .blocked && job.dependsOn.contains { exports.contains($0.job) }
    }
    return PackageView(
      request: taking.request.request, number: taking.request.number, packages: packages, systems: lines,
      waiting: waiting)
  }

  private static func word(for job: JobRecord) -> String {
    guard case .awaitingOfficer(let question) = job.state, question.code == .packageWaits else {
      if case .settled(.exported(let waived)) = job.state { return waived ? "waived" : "delivered" }
      return job.state.word
    }
    if job.isCollected { return "collected" }
    return question.detail == .collectByHand ? FailureCode.collectByHand.rawValue : "expired"
  }
}
