import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The whole life of one request, as in `demo.sh`, with the real programs and an auditor who has only files.
  struct `the main job` {
    static let email = "ada.devries@example.org"
    /// What is known of the person; none of it may be left with us when the request is closed.
    static let search = PersonSearch([
      email, "Ada de Vries", "de Vries", "Lindegracht 12", "+31000004711", "31000004711",
      "Please erase everything you have on me.",
    ])

    @Test func `runs from request to evidence, and leaves nothing of the person`() async throws {
      try await Installation.with { site in
        let before = try SystemsContent(folder: site.path("systems"))
        try site.changeConfiguration { $0 + "artifact-months: 60\n" }
        try await site.startDaemon()
        try await site.releaseSystems()
        try await Self.untilOwnSystemsAreDone(site)
        let after = try SystemsContent(folder: site.path("systems"))
        let expected = before.erasing([Self.email], in: site.today.year)
        #expect(after.faults(expecting: expected, before: before).isEmpty)
        #expect(!after.faults(expecting: before, before: before).isEmpty)

        try await Self.attest(site)
        try await Self.conclude(site)
        let remains = PersonRemains(search: Self.search, sealed: try site.sealedInVault())
        try #require(!remains.sealed.isEmpty)
        try await site.answer("bram", "request", "close", "1", "--channel", "letter")
        try await until("the vault entry is destroyed") {
          try await site.history(of: "1").contains("vault.destroyed")
        }
        try Self.requireNobody(site, remains)
        site.listen()

        try await Self.end(site)
        try await site.answer("bram", "evidence", "export", "1", site.path("bundle"))
        try await Self.askEverything(site)
        try await site.answer("bram", "evidence", "export", "--all", site.path("folder"), "--bundle", "1")
        #expect(try await site.stopDaemon() == .exited(0))
        try Self.requireNobody(site, remains)
        #expect(try Self.search.hits(below: [site.path("bundle"), site.path("folder")]).isEmpty)
        let last = try SystemsContent(folder: site.path("systems"))
        #expect(last.tables["customer"]?.count == before.tables["customer"].map { $0.count - 1 })

        for folder in ["evidence", "bundle", "folder"] {
          let said = try await site.audit(site.path(folder))
          #expect(said.succeeded && said.output.hasSuffix("VERIFIED\n"), "\(folder): \(said)")
        }
        try await Self.verifySignatures(site)
        try await Self.requireNobodyInAnyForm(site)
        try await Self.flipBytes(site)
        try await Self.destroyWhatWasSigned(site)
      }
    }

    /// Five years after the end signatures, receipts and reports go; what stays still verifies, by both verifiers.
    private static func destroyWhatWasSigned(_ site: Installation) async throws {
      let artifacts = site.path("evidence/artifacts/sha256")
      let before = Set(try FileManager.default.contentsOfDirectory(atPath: artifacts))
      let signed = try PublishedEvidence(folder: site.path("evidence")).entries.flatMap(\.signedAndReported).map(\.hex)
      let last = try #require(try PublishedEvidence(folder: site.path("evidence")).entries.last?.at)
      try #require(signed.count > 8 && before.isSuperset(of: signed))
      try await site.startDaemon()
      try await site.moveCalendar(to: last.utcDay.adding(months: 60).adding(days: 2))
      try await until("what was signed is destroyed") {
        try PublishedEvidence(folder: site.path("evidence")).entries.contains { $0.kind == ArtifactsDestroyed.kind }
          && Set(try FileManager.default.contentsOfDirectory(atPath: artifacts)).isDisjoint(with: signed)
      }
      let bundle = try await site.expunge("bram", "evidence", "export", "1", site.path("late"))
      #expect(bundle.ending == .exited(1) && bundle.errors.contains("destroyed at its end"), "\(bundle)")
      try await site.answer("bram", "evidence", "export", "--all", site.path("later"))
      let deep = try await site.expunge("bram", "check", "--deep")
      #expect(deep.output.contains(#""healthy":true,"name":"journal""#), "\(deep)")
      #expect(try await site.stopDaemon() == .exited(0))
      let left = Set(try FileManager.default.contentsOfDirectory(atPath: artifacts))
      #expect(before.subtracting(left) == Set(signed))
      let python = try Programs.tool("python3", package: "python3")
      for folder in ["evidence", "later"] {
        let said = try await site.audit(site.path(folder))
        #expect(said.succeeded && said.output.contains("destroyed later"), "\(folder): \(said)")
        let other = try await site.run(
          python,
          [
            site.path("later/verify.py"), site.path(folder), "--key", site.path("log.vkey"), "--signers",
            site.path("allowed_signers"),
          ])
        #expect(other.succeeded && other.output.contains("were destroyed"), "\(folder): \(other)")
      }
    }

    /// Whatever an officer may ask of a request that is over, for what is printed.
    private static func askEverything(_ site: Installation) async throws {
      let calls = [
        ["request", "show", "1"], ["request", "list", "--all"], ["job", "list", "1"], ["status"], ["check"],
        ["task", "list"], ["report", "--from", "2020-01-01", "--to", "2049-12-31"],
      ]
      for call in calls {
        let text = try await site.run(
          Programs.path("expunge"), ["--socket", site.path("run/command.sock"), "--as", "bram"] + call)
        let json = try await site.expunge("bram", call, input: "/dev/null")
        #expect(!(text.output + text.errors).isEmpty && !(json.output + json.errors).isEmpty, "\(call)")
      }
    }

    /// The search of the demo knows more forms than ours: packed, escaped, reversed, hashed. It looks into all that is kept,
    /// and into all that was printed since the request was closed.
    private static func requireNobodyInAnyForm(_ site: Installation) async throws {
      let python = try Programs.tool("python3", package: "python3")
      let search = [Programs.root + "/Sources/demo-company/search.py"]
      #expect(try await site.run(python, search + ["--self-test"]).succeeded)
      let printed = site.path("printed")
      let heard = site.heard
      #expect(heard.utf8.count > 10_000 && heard.contains("vault.destroyed"))
      try Data(heard.utf8).write(to: URL(fileURLWithPath: printed))
      let wanted = [email, "Ada de Vries", "Lindegracht 12", "+31000004711", "Please erase everything you have on me."]
      let places = ["state", "evidence", "bundle", "daemon.log"].map { site.path($0) }
      let said = try await site.run(python, search + wanted + ["--in", printed] + places)
      #expect(said.succeeded, "\(said.output)")
      try Data((heard + String(email.reversed())).utf8).write(to: URL(fileURLWithPath: printed))
      #expect(try await site.run(python, search + wanted + ["--in", printed]).ending == .exited(1))
    }

    /// From the request to erased systems: two officers approve, the drafter may not.
    private static func untilOwnSystemsAreDone(_ site: Installation) async throws {
      let number = try await site.plan(for: email)
      try #require(number == "1")
      let refused = try await site.approve("1", as: "anna")
      #expect(refused.ending == .exited(5), "the drafter approved her own plan: \(refused)")
      try await site.approve("1")
      try await site.untilJobs(of: ["1"], "all but the silent firm and the stick are settled") { jobs in
        jobs.count { $0.isSettled } == 5
          && jobs.contains { $0.system == "usb-stick" && $0.state == "awaiting-officer" }
          && jobs.contains { $0.system == "cleansing" && $0.state == "awaiting-recipient" }
      }
      let sister = try #require(try await site.jobs(of: "1").first { $0.system == "sister" })
      #expect(sister.outcome?["receipt"]?["verification"]?["voucher"]?.string == "recipient-signed")
      #expect(try await site.history(of: "1").contains("receipt.kept"))
    }

    /// Two people sign for the stick.
    private static func attest(_ site: Installation) async throws {
      let tasks = try await site.answer("bram", "task", "list").array ?? []
      let task = try #require(tasks.compactMap { $0["task"]?.string }.first { $0.hasPrefix("j-") })
      for who in ["bram", "chris"] {
        try await site.answer(
          who, "task", "done", task, "--key", site.path("keys/\(who)"), "--principal", site.principal(who), "--done",
          "destroyed", "--medium", "USB stick, serial DEMO-0042", "--method", "destroy", "--yes")
      }
      let job = try #require(try await site.jobs(of: "1").first { $0.job == task })
      #expect(job.outcome?["receipt"]?["verification"]?["seen"]?.string == "attestation")
    }

    /// To the end of the silent firm's ladder, and to the two last looks.
    private static func conclude(_ site: Installation) async throws {
      let request = try await site.answer("bram", "request", "show", "1")
      let workTo = try #require(request["request"]?["dueDates"]?["workTo"]?.string.flatMap { CivilDate($0) })
      try await site.moveCalendar(to: workTo.adding(days: 1))
      try await site.untilJobs(of: ["1"], "the silent firm is unconfirmed") { jobs in
        jobs.contains { $0.system == "cleansing" && $0.outcome?["outcome"]?.string == "unconfirmed" }
      }
      try await until("the plan is concluded") { try await site.history(of: "1").contains("plan.concluded") }
      try await site.moveCalendar(seconds: 7_200)
      try await until("the request is concluded") { try await site.requestState("1") == "concluded" }
    }

    /// The backup expires, and each year's invoices go on their day.
    private static func end(_ site: Installation) async throws {
      let tagged = try await site.jobs(of: "1").compactMap { $0.outcome?["until"]?.string.flatMap { CivilDate($0) } }
      let expiry = try #require(tagged.first)
      let said = try await site.run(
        try Programs.path("demo-company"),
        [
          "expire-backups", "--catalogue", site.path("systems/backups.json"), "--today",
          expiry.adding(days: 1).description,
        ])
      #expect(said.succeeded)
      try await site.moveCalendar(to: expiry.adding(days: 2))
      // A follow-up of that very day is at work too: the calendar does not move while something is.
      let now = expiry.adding(days: 2).utcMidnight
      try await site.untilJobs(of: ["1"], "the backup is seen gone") { jobs in
        jobs.contains { $0.verb == "confirm-expiry" && $0.isSettled }
          && jobs.allSatisfy { $0.isSettled || $0.state == "follow-up" && $0.next.map { $0 > now } ?? true }
      }
      while let next = try await site.jobs(of: "1").filter({ $0.state == "follow-up" }).compactMap(\.next).min() {
        let left = try await site.jobs(of: "1").count { $0.state == "follow-up" }
        try await site.moveCalendar(to: next.utcDay.adding(days: 1))
        try await site.untilJobs(of: ["1"], "the follow-up of \(next)") { jobs in
          jobs.count { $0.state == "follow-up" } < left && jobs.allSatisfy { $0.state == "follow-up" || $0.isSettled }
        }
      }
      try await until("the request has ended") { try await site.requestState("1") == "ended" }
    }

    // MARK: Nothing is left

    private static func requireNobody(_ site: Installation, _ remains: PersonRemains) throws {
      var files = try PersonRemains.files(of: site)
      let vault = site.path("state/vault.db")
      try #require(files.keys.contains(vault) && files.keys.contains(site.path("state/journal.db")))
      #expect(remains.found(in: files).isEmpty)
      // The control: the same search of the same files finds what is there.
      files[vault]?.append(contentsOf: Array("x\(email.uppercased())x".utf8) + (remains.sealed.first ?? []))
      #expect(remains.found(in: files).count == 2)
      #expect(remains.found(in: files).allSatisfy { $0.hasPrefix(vault) })
    }

    // MARK: The auditor

    /// OpenSSH itself says whose signatures the bundle holds.
    private static func verifySignatures(_ site: Installation) async throws {
      let keygen = try Programs.tool("ssh-keygen", package: "openssh-client")
      let folder = site.path("bundle/approvals")
      let texts = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }.sorted()
      var signers: [String: [String]] = [:]
      for name in texts {
        let signature = folder + "/" + name.dropLast(4) + ".sig"
        let text = String(decoding: FileManager.default.contents(atPath: folder + "/" + name) ?? Data(), as: UTF8.self)
        let kind = text.hasPrefix("expunged-approval/") ? "erasure-approval" : "erasure-attestation"
        let found = try await site.run(
          keygen, ["-Y", "find-principals", "-s", signature, "-f", site.path("allowed_signers")])
        let who = found.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let verified = try await site.run(
          keygen,
          ["-Y", "verify", "-f", site.path("allowed_signers"), "-I", who, "-n", kind + "@expunged", "-s", signature],
          input: folder + "/" + name)
        #expect(verified.succeeded, "\(name): \(verified)")
        signers[kind, default: []].append(who)
      }
      let both = ["bram@demo.example", "chris@demo.example"]
      #expect(signers.mapValues { $0.sorted() } == ["erasure-approval": both, "erasure-attestation": both])
    }

    /// One byte of a copy is changed: the auditor finds it, and says where.
    private static func flipBytes(_ site: Installation) async throws {
      let random = SeededRandom.property()
      for folder in ["evidence", "bundle"] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: site.path(folder)).sorted().filter { name in
          // The bundle's letter to its reader, its page, its own policy and the program in it are no evidence, and the
          // auditor brings his own keys.
          let attributes = try FileManager.default.attributesOfItem(atPath: site.path(folder + "/" + name))
          let isNone = ["README.txt", "policy", "index.html", "verify.py"].contains(name)
          return attributes[.type] as? FileAttributeType == .typeRegular && !isNone
        }
        for _ in 1...12 {
          let name = names[random.number(in: 0...(names.count - 1))]
          let copy = site.beside("flipped")
          try FileManager.default.copyItem(atPath: site.path(folder), toPath: copy)
          let file = URL(fileURLWithPath: copy + "/" + name)
          var bytes = Array(try Data(contentsOf: file))
          let place = random.number(in: 0...(bytes.count - 1))
          bytes[place] ^= UInt8(1 << random.number(in: 0...7))
          try Data(bytes).write(to: file)
          let said = try await site.audit(copy)
          #expect(said.ending == .exited(1), "byte \(place) of \(folder)/\(name): \(said)")
          #expect(Self.names(name, in: said.output), "byte \(place) of \(folder)/\(name) is not located: \(said)")
          try FileManager.default.removeItem(atPath: copy)
        }
      }
    }

    /// The report names the file, or the entry that it holds.
    private static func names(_ file: String, in report: String) -> Bool {
      let number = file.split(separator: "/").last.map { String($0.prefix(while: \.isNumber)) } ?? ""
      return report.contains(file) || (file.hasPrefix("entries/") && report.contains("entry \(number)"))
    }
  }
}
