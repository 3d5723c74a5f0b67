import ErasureDomain
import ErasureEngine
import EvidenceLog
import Foundation
import Journal
import OfficerAPI
import SubjectVault
import TestKit
import Testing

@testable import OfficerDesk

@Suite(.serialized, .timeLimit(.minutes(10))) struct `What is taken along before anything goes` {
  private static let phrase = "six words that mean nothing together"
  private static let both: [DataRight] = [.erasure, .portability, .access]

  private func scene(
    _ rights: [DataRight] = both, approve: Bool = true, mailbox: Bool = false
  ) async throws -> DeskScene {
    var options = DeskScene.Options()
    options.mailbox = mailbox
    let scene = try await DeskScene(options)
    try await scene.say(
      AddRequest(channel: "mail", capacities: [.customer], identifiers: DeskScene.identifiers, rights: rights),
      by: .anna)
    guard approve else { return scene }
    try await scene.confirm()
    try await scene.draft()
    try await scene.approve(by: .bram)
    try await scene.approve(by: .chris)
    return scene
  }

  private func untilCollected(_ scene: DeskScene) async throws {
    try await scene.until("everything is collected", moving: false) {
      try await scene.jobs().filter { $0.verb == .export }.allSatisfy(\.isCollected)
    }
  }

  private func make(
    _ kind: PackageKind, key: String? = nil, days: Int = 30
  ) -> MakePackage {
    MakePackage(request: "1", package: kind, key: key, passphrase: key == nil ? Self.phrase : nil, days: days)
  }

  /// The files of an encrypted package, opened by the program that the person would use.
  private func opened(_ made: MadePackage, in folder: URL) throws -> [String: String] {
    let (sealed, out) = (folder.appending(path: "p.age"), folder.appending(path: "out"))
    try? FileManager.default.removeItem(at: out)
    try Data(try #require(Base64.decode(made.content))).write(to: sealed)
    let script = """
      import io,os,pty,subprocess,sys,zipfile
      ours,theirs=pty.openpty()
      os.write(ours,(sys.argv[2]+"\\n").encode())
      p=subprocess.Popen(["/usr/bin/setsid","--ctty","/usr/bin/age","-d","-o","-",sys.argv[1]],stdin=theirs,
        stdout=subprocess.PIPE,stderr=subprocess.DEVNULL)
      out=p.communicate()[0]
      assert p.returncode==0
      zipfile.ZipFile(io.BytesIO(out)).extractall(sys.argv[3])
      """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = ["-c", script, sealed.path, Self.phrase, out.path]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var files: [String: String] = [:]
    for case let name as String in try #require(FileManager.default.enumerator(atPath: out.path)) {
      files[name] = try? String(contentsOf: out.appending(path: name), encoding: .utf8)
    }
    try FileManager.default.removeItem(at: out)
    return files
  }

  @Test func `nothing goes before both packages are delivered, and they hold exactly the person's rows`() async throws {
    let scene = try await scene()
    try await scene.running {
      try await untilCollected(scene)
      // However long it takes.
      for _ in 0..<20 { _ = try await scene.quiet() }
      scene.clock.advance(days: 8)
      for _ in 0..<20 { _ = try await scene.quiet() }
      #expect(try await scene.job(DeskSystems.crm).state == .blocked)
      #expect(try await scene.job(DeskSystems.stick, .manual).state == .blocked)
      #expect(try scene.systems.contacts == [7, 8, 9])
      #expect(scene.systems.crm.orders.isEmpty && scene.systems.office.orders.isEmpty)
      // The sister company, another controller, is told meanwhile.
      #expect(scene.systems.sister.orders.count == 1)

      let access = try await scene.say(make(.access), by: .bram)
      let files = try opened(access, in: scene.folder)
      #expect(
        files.keys.sorted()
          == [
            "crm", "crm/activity.csv", "crm/activity.json", "crm/contact.csv", "crm/contact.json", "index.html",
            "manifest.json", "office", "office/customer.csv", "office/customer.json", "office/invoice.csv",
            "office/invoice.json",
          ].filter { files[$0] != nil })
      let contacts = try #require(files["crm/contact.csv"])
      #expect(
        contacts == """
          id,email,billing_email,customer_no,first_name,last_name\r
          7,\(DeskSystems.email),,\(DeskSystems.number),Ada,de Vries\r
          8,office@bakery.example,\(DeskSystems.email),,Bakery,de Vries\r\n
          """)
      #expect(files["crm/activity.csv"] == "id,contact_id,note\r\n1,7,a\r\n2,7,b\r\n3,8,c\r\n")
      #expect(files["office/invoice.csv"] == "invoice_no,debtor_no,invoice_date\r\n1,70,2025-05-06\r\n")
      for text in files.values { #expect(!text.contains("Jansen") && !text.contains("bo@example.org")) }
      let portability = try await scene.say(make(.portability), by: .bram)
      let own = try opened(portability, in: scene.folder)
      #expect(own["crm/contact.csv"]?.hasPrefix("email,first_name,last_name\r\n") == true)
      #expect(own["crm/activity.csv"] == nil && own["office/customer.csv"] == nil)

      try await scene.say(DeliverPackage(request: "1", package: .access, how: "in-person"), by: .bram)
      for _ in 0..<10 { _ = try await scene.quiet() }
      #expect(try await scene.job(DeskSystems.crm).state == .blocked)
      let view = try await scene.say(
        DeliverPackage(request: "1", package: .portability, how: "confirmed-by-mail"), by: .bram)
      #expect(view.packages.map(\.state) == ["delivered", "delivered"])
      try await scene.untilOnlyTheStickWaits()
      try await scene.attestStick()
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    #expect(try scene.systems.contacts == [9])
    for system in [DeskSystems.crm, DeskSystems.office] {
      #expect(try await scene.job(system, .export).state == .settled(.exported(waived: false)))
    }
    // What was collected is gone from the vault, and the log names nobody.
    let items = try await scene.vault.items(of: try await scene.request().request)
    #expect(!items.contains { $0.rawValue.hasPrefix("collected/") })
    for entry in try await scene.entries() {
      let text = String(decoding: entry.encoded(), as: UTF8.self)
      #expect(!text.contains("Ada") && !text.contains(DeskSystems.email) && !text.contains(Self.phrase))
    }
    let letter = try await scene.say(ShowLetter(request: "1", letter: .completion), by: .bram)
    #expect(letter.text.contains("hebt u gekregen: een kopie van uw gegevens (artikel 15 AVG)"))
    try await scene.checkJournal()
  }

  @Test func `a request for a copy alone ends without anything being changed or called erased`() async throws {
    let scene = try await scene([.access])
    let plan = try await scene.plan()
    let jobs = try await scene.jobs()
    #expect(Set(jobs.map(\.verb)) == [.export] && jobs.count == 2)
    try await scene.running {
      try await untilCollected(scene)
      try await scene.say(make(.access), by: .bram)
      try await scene.say(DeliverPackage(request: "1", package: .access, how: "in-person"), by: .bram)
      try await scene.until("concluded") { try await scene.request().state == .concluded }
    }
    #expect(try scene.systems.contacts == [7, 8, 9])
    #expect(scene.systems.sister.orders.isEmpty)
    let letter = try await scene.say(ShowLetter(request: "1", letter: .completion), by: .bram).text.lowercased()
    for word in ["verwijder", "gewist", "wissen"] { #expect(!letter.contains(word), "\(letter)") }
    #expect(letter.contains("om een kopie van uw gegevens"))
    let dossier = try ReadDossier(try await scene.say(MakeDossier(request: "1"), by: .bram))
    #expect(dossier.html.contains("access package delivered, in-person") && dossier[11].says("over 0 systems"))
    try await scene.say(CloseRequest(request: "1", informedOn: scene.clock.today, channel: "letter"), by: .bram)
    try await scene.running {
      try await scene.until("ended") { try await scene.request().state == .ended }
    }
    #expect(try await scene.plan().plan == plan.plan)
    try await scene.checkJournal()
  }

  @Test func `a package is for nobody whose identity is not established`() async throws {
    let scene = try await scene(approve: false)
    let call = make(.access)
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("before his identity is established"))
    try await scene.confirm()
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("has no plan yet"))
    try await scene.draft()
    #expect(try await scene.refusal(of: call, by: .bram).message.contains("is not approved"))
    let plain = try await DeskScene()
    try await plain.approved()
    #expect(
      try await plain.refusal(of: call, by: .bram).message.contains("asks neither for portability nor for access"))
    #expect(try await plain.jobs().allSatisfy { $0.verb != .export })
  }

  @Test func `what is not collected, made or open is not delivered, and nothing is delivered twice`() async throws {
    let scene = try await scene([.erasure, .portability])
    let deliver = DeliverPackage(request: "1", package: .portability, how: "in-person")
    #expect(try await scene.refusal(of: make(.portability), by: .bram).message.contains("not everything is collected"))
    #expect(try await scene.refusal(of: deliver, by: .bram).message.contains("no portability package was made"))
    try await scene.running {
      try await untilCollected(scene)
      #expect(
        try await scene.refusal(of: make(.access), by: .bram).message.contains("asks for portability, not for access"))
      for weak in ["short", "has a\nline in it", String(repeating: "x", count: 129)] {
        let call = MakePackage(request: "1", package: .portability, key: nil, passphrase: weak)
        #expect(try await scene.refusal(of: call, by: .bram).reason == .invalid)
      }
      for key in ["age1nonsense", "ecdsa-sha2-nistp256 AAAA", "ssh-ed25519"] {
        #expect(try await scene.refusal(of: make(.portability, key: key), by: .bram).reason == .invalid)
      }
      #expect(try await scene.refusal(of: make(.portability, days: 31), by: .bram).reason == .invalid)
      let open = MakePackage(request: "1", package: .portability, key: nil, passphrase: nil)
      #expect(try await scene.refusal(of: open, by: .bram).message.contains("a package is encrypted"))
      try await scene.say(make(.portability, days: 2), by: .bram)
      #expect(try await scene.refusal(of: deliver, by: .anna).reason == .forbidden)
      let prose = DeliverPackage(request: "1", package: .portability, how: "To Ada herself")
      #expect(try await scene.refusal(of: prose, by: .bram).reason == .invalid)
      scene.clock.advance(days: 2)
      #expect(try await scene.refusal(of: deliver, by: .bram).message.contains("expired on"))
      // Nor does the log take it from a desk that would let it through.
      let plan = try await scene.plan()
      let subject = EntrySubject(request: plan.request, plan: plan.plan)
      let draft = try EntryDraft(
        PackageDelivered(package: .portability, how: FailureCode("x")), about: subject, by: Member.bram.id)
      await #expect(throws: JournalFailure.self) {
        try await scene.journal.append([draft], to: subject.stream, expecting: plan.revision)
      }
      try await scene.say(make(.portability), by: .bram)
      try await scene.say(deliver, by: .bram)
      #expect(try await scene.refusal(of: deliver, by: .bram).message.contains("was delivered on"))
      let waive = WaivePackage(request: "1", reason: "too-late")
      #expect(try await scene.refusal(of: waive, by: .bram).reason == .refused)
      try await scene.until("the CRM is erased") { try await scene.job(DeskSystems.crm).state.isSettled }
      #expect(try await scene.refusal(of: make(.portability), by: .bram).reason == .refused)
    }
  }

  @Test func `an export is neither cancelled nor excepted, so that nothing behind it begins`() async throws {
    let scene = try await scene()
    try await scene.running {
      try await untilCollected(scene)
      let job = try await scene.job(DeskSystems.crm, .export)
      #expect(
        try await scene.refusal(of: CancelJob(job: job.job.text, reason: "x"), by: .bram).message
          .contains("expunge package waived"))
      let task = AnswerTask(task: job.job.text, answer: .except, note: "x")
      #expect(try await scene.refusal(of: task, by: .bram).message.contains("can be answered with: retry"))
      for outcome in [
        JobOutcome.cancelled(reason: FailureCode("officer")), .excepted(ground: "art17-3-e"), .exported(waived: false),
        .exported(waived: true),
      ] {
        let draft = try EntryDraft(
          JobSettled(outcome: outcome),
          about: EntrySubject(request: job.request, plan: job.plan, job: job.job), by: Member.bram.id)
        await #expect(throws: JournalFailure.self, "\(outcome.word)") {
          try await scene.journal.append([draft], to: .job(job.job), expecting: job.revision)
        }
      }
      // Not while the plan is paused either.
      try await scene.say(PausePlan(plan: "1"), by: .bram)
      let paused = try await scene.job(DeskSystems.crm, .export)
      let draft = try EntryDraft(
        JobSettled(outcome: .cancelled(reason: FailureCode("officer"))),
        about: EntrySubject(request: job.request, plan: job.plan, job: job.job), by: Member.bram.id)
      await #expect(throws: JournalFailure.self) {
        try await scene.journal.append([draft], to: .job(job.job), expecting: paused.revision)
      }
      #expect(try await scene.job(DeskSystems.crm).state == .blocked)
    }
  }

  @Test func `what was collected goes after thirty days, is collected again, and waiving frees what waits`()
    async throws
  {
    let scene = try await scene([.erasure, .portability])
    let request = try await scene.request().request
    func held() async throws -> Int {
      try await scene.vault.items(of: request).count { $0.rawValue.hasPrefix("collected/") }
    }
    try await scene.running {
      try await untilCollected(scene)
      try await scene.say(make(.portability), by: .bram)
      #expect(try await held() > 0)
      scene.clock.advance(days: 30)
      try await scene.until("it is gone", moving: false) { try await !scene.entries(CollectionExpired.kind).isEmpty }
      #expect(try await held() == 0)
      #expect(scene.notices.contains { $0.hasPrefix("package-expired ") })
      let view = try await scene.say(ShowPackage(request: "1"), by: .erik)
      #expect(view.systems.map(\.state) == ["expired"] && view.packages.map(\.state) == ["waits"])
      #expect(try await scene.refusal(of: make(.portability), by: .bram).message.contains("crm (expired)"))
      #expect(try await scene.job(DeskSystems.crm).state == .blocked)
      let job = try await scene.job(DeskSystems.crm, .export)
      try await scene.say(AnswerTask(task: job.job.text, answer: .retry), by: .bram)
      try await untilCollected(scene)
      #expect(try await scene.matters().contains { $0.kind == .packageWaits && $0.about == job.job.text })
      #expect(try await scene.refusal(of: WaivePackage(request: "1", reason: ""), by: .bram).reason == .invalid)
      #expect(try await scene.refusal(of: WaivePackage(request: "1", reason: "x"), by: .anna).reason == .forbidden)
      try await scene.say(WaivePackage(request: "1", reason: "person-declined"), by: .chris)
      try await scene.until("the CRM is erased") { try await scene.job(DeskSystems.crm).state.isSettled }
      #expect(try await held() == 0)
    }
    #expect(try await scene.job(DeskSystems.crm, .export).state == .settled(.exported(waived: true)))
    #expect(try scene.systems.contacts == [9])
    try await scene.checkJournal()
  }

  private func file(
    _ system: SystemName, _ name: String, _ bytes: [UInt8], part: Int = 0, isLast: Bool = true
  ) -> AddToPackage {
    AddToPackage(
      request: "1", system: system.description, file: name, part: part, isLast: isLast, content: Base64.encode(bytes))
  }

  @Test func `what no program reads is added by hand, goes into the access package, and is waited for`() async throws {
    let scene = try await scene(mailbox: true)
    let mails = [UInt8](repeating: 0x6D, count: AddToPackage.partBytes) + Array("From Ada: the end".utf8)
    try await scene.running {
      try await scene.until("the mailbox waits", moving: false) {
        try await scene.jobs().filter { $0.verb == .export }.allSatisfy {
          if case .awaitingOfficer = $0.state { true } else { false }
        }
      }
      #expect(try await scene.refusal(of: make(.access), by: .bram).message.contains("mailbox (collect-by-hand)"))
      for wrong in [
        file(DeskSystems.stick, "a.mbox", [1]), file(DeskSystems.mailbox, "../a", [1]),
        file(DeskSystems.mailbox, ".hidden", [1]), file(DeskSystems.mailbox, "a.mbox", [1], part: 129),
        file(DeskSystems.mailbox, "a.mbox", [UInt8](repeating: 1, count: AddToPackage.partBytes + 1)),
      ] {
        _ = try await scene.refusal(of: wrong, by: .dora)
      }
      #expect(try await scene.refusal(of: file(DeskSystems.mailbox, "a", [1]), by: .erik).reason == .forbidden)
      try await scene.say(
        file(DeskSystems.mailbox, "all.mbox", Array(mails.prefix(AddToPackage.partBytes)), isLast: false), by: .dora)
      #expect(try await scene.refusal(of: make(.access), by: .bram).message.contains("mailbox (collect-by-hand)"))
      let view = try await scene.say(
        file(DeskSystems.mailbox, "all.mbox", Array(mails.dropFirst(AddToPackage.partBytes)), part: 1), by: .dora)
      #expect(view.systems.first { $0.system == DeskSystems.mailbox }?.files == 1)
      let items = try await scene.vault.items(of: try await scene.request().request).map(\.rawValue)
      let name = Hex.encode(Array("all.mbox".utf8))
      #expect(!items.contains { $0.contains(name) || $0.contains("mbox") })
      let files = try opened(try await scene.say(make(.access), by: .bram), in: scene.folder)
      #expect(files["mailbox/files/all.mbox"].map { Array($0.utf8) } == mails)
      // What is added later is not in it, so that it is made anew.
      try await scene.say(file(DeskSystems.crm, "calls.txt", Array("a call".utf8)), by: .dora)
      let deliver = DeliverPackage(request: "1", package: .access, how: "in-person")
      #expect(try await scene.refusal(of: deliver, by: .bram).message.contains("no access package was made"))
      // Nor is what was made before a system was waived delivered: it holds what is not to be given.
      try await scene.say(make(.access), by: .bram)
      try await scene.say(WaivePackage(request: "1", system: "mailbox", reason: "nothing-there"), by: .bram)
      #expect(try await scene.refusal(of: deliver, by: .bram).message.contains("no access package was made"))
      let anew = try opened(try await scene.say(make(.access), by: .bram), in: scene.folder)
      #expect(anew["mailbox/files/all.mbox"] == nil && anew["crm/files/calls.txt"] == "a call")
      #expect(anew["manifest.json"]?.contains("waived-nothing-there") == true)
      try await scene.say(deliver, by: .bram)
      try await refusesLateChanges(scene)
      try await scene.say(make(.portability), by: .bram)
      try await scene.say(DeliverPackage(request: "1", package: .portability, how: "in-person"), by: .bram)
      try await scene.until("the CRM is erased") { try await scene.job(DeskSystems.crm).state.isSettled }
    }
    #expect(try await scene.job(DeskSystems.mailbox, .export).state == .settled(.exported(waived: true)))
    #expect(try await scene.job(DeskSystems.crm, .export).state == .settled(.exported(waived: false)))
    try await scene.checkJournal()
  }

  /// Once a package is delivered no system of it is waived and no file added, by the desk or by the log.
  private func refusesLateChanges(_ scene: DeskScene) async throws {
    let waive = WaivePackage(request: "1", system: "crm", reason: "too-late")
    #expect(try await scene.refusal(of: waive, by: .bram).message.contains("the access package was delivered on"))
    let plan = try await scene.plan()
    let subject = EntrySubject(request: plan.request, plan: plan.plan)
    let waived = try EntryDraft(
      PackageWaived(system: DeskSystems.crm, reason: FailureCode("x")), about: subject, by: Member.bram.id)
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append([waived], to: subject.stream, expecting: plan.revision)
    }
    let late = file(DeskSystems.crm, "late.txt", [1])
    #expect(try await scene.refusal(of: late, by: .dora).message.contains("the access package was delivered on"))
    let job = try await scene.job(DeskSystems.crm, .export)
    let added = try EntryDraft(
      FilesAdded(
        files: 2, bytes: 2, mac: String(repeating: "0", count: 64), expires: scene.clock.now().adding(seconds: 60)),
      about: EntrySubject(request: job.request, plan: job.plan, job: job.job), by: Member.dora.id)
    await #expect(throws: JournalFailure.self) {
      try await scene.journal.append([added], to: .job(job.job), expecting: job.revision)
    }
  }

  @Test func `another record than the approved one asks, and is not given to anybody`() async throws {
    let scene = try await scene([.erasure, .portability])
    try scene.systems.run(
      "crm", "INSERT INTO contact VALUES (10, '\(DeskSystems.email)', NULL, NULL, 'Other', 'Person')")
    try await scene.running {
      try await scene.until("it asks", moving: false) {
        if case .awaitingOfficer(let question) = try await scene.job(DeskSystems.crm, .export).state {
          return question.code == .moreThanApproved
        }
        return false
      }
      #expect(
        try await scene.refusal(of: make(.portability), by: .bram).message.contains("not everything is collected"))
      #expect(try await scene.job(DeskSystems.crm).state == .blocked)
    }
  }
}
