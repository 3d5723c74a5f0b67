import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// Signed abroad, stopped, resumed, and found to be about somebody else: over the real programs, with a copy on tape.
  struct `the wrong person` {
    private static func options(_ ledger: String) -> Installation.Options {
      Installation.Options(
        people: 20, leavingOut: ["backoffice", "backups", "cleansing", "intermediary", "sister", "usb-stick"],
        adding: [
          "backups.yaml": """
          register: 1
          system: backups
          name: Tapes in the vault
          role: backup
          owner: it-operations
          subjects: [customer]
          connector: command
          settings: {program: [\(Programs.root)/docs/commands/tape.py], environment: {TAPE_LEDGER: \(ledger)}}
          """
        ], owns: ["dora:crm"])
    }

    /// The exported plan is checked and signed with tools that are not ours, and comes back.
    private static func signAbroad(_ site: Installation, _ number: String, as officer: String) async throws {
      let folder = site.beside("plan-of-\(officer)")
      try await site.answer(officer, "plan", "export", number, folder)
      let sum = try await site.run("/usr/bin/sha256sum", [folder + "/plan.json"])
      let text = try String(contentsOfFile: folder + "/approval.txt", encoding: .utf8)
      let digest = try #require(sum.output.split(separator: " ").first)
      #expect(text.contains("plan sha256:\(digest)\n"))
      let keygen = try Programs.tool("ssh-keygen", package: "openssh-client")
      let signed = try await site.run(
        keygen,
        [
          "-q", "-Y", "sign", "-n", "erasure-approval@expunged", "-f", site.path("keys/\(officer)"),
          folder + "/approval.txt",
        ])
      #expect(signed.succeeded, "\(signed)")
      // A clerk delivers it; who decides is who signed.
      let delivered = try await site.expunge(
        "anna", "approve", number, "--text", folder + "/approval.txt", "--signature", folder + "/approval.txt.sig",
        "--principal", site.principal(officer))
      #expect(delivered.succeeded, "\(delivered)")
    }

    @Test func `is answered for by two who were abroad, stopped at once, and the copy to undo it from is named`()
      async throws
    {
      let folder = try TemporaryFolder()
      let ledger = folder.path("tapes.json")
      try await Installation.with(Self.options(ledger)) { site in
        site.stopCompanies()
        let written = site.today.adding(days: -2)
        let tape =
          #"{"cartridges": [{"label": "T1", "system": "crm", "written-from": "\#(written)T01:00:00Z", "#
          + #""written-until": "\#(written)T01:20:00Z", "keep-days": 35}]}"#
        try Data(tape.utf8).write(to: URL(fileURLWithPath: ledger))
        let email = try #require(try SystemsContent(folder: site.path("systems")).customerEmails.first)
        try await site.startDaemon()
        try await site.answer("dora", "system", "release", "crm")
        let number = try await site.plan(for: email)
        // Stopped before the last signature, and after a crash: nothing begins.
        try await site.answer("anna", "stop")
        for officer in ["bram", "chris"] { try await Self.signAbroad(site, number, as: officer) }
        site.killDaemon()
        try await site.startDaemon()
        let warnings = try await site.answer("bram", "status")["warnings"]?.array?.compactMap(\.string) ?? []
        #expect(warnings.contains { $0.hasPrefix("everything was stopped by anna") }, "\(warnings)")
        #expect(try await site.history(of: number).contains("attempt.started") == false)
        let forbidden = try await site.expunge("anna", "resume")
        #expect(!forbidden.succeeded && forbidden.errors.contains("may not do this"))
        try await site.answer("bram", "resume")
        try await site.untilJobs(of: [number], "the CRM is done") { jobs in
          jobs.contains { $0.system == "crm" && $0.isSettled }
        }

        let incident = try await site.answer("bram", "incident", "wrong-person", number)
        let place = try #require(incident["places"]?.array?.first { $0["system"]?.string == "crm" })
        #expect((place["rows"]?.integer ?? 0) > 0)
        let copy = try #require(place["copies"]?.array?.first)
        #expect(copy["complete"]?.string == "\(written)T01:20:00Z")
        #expect(copy["lastDay"]?.string == written.adding(days: 35).description)
        #expect(incident["hoursLeft"]?.integer == 72)
        try await site.answer("bram", "incident", "close", number, "--reported")
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("of an incident")
      }
    }
  }
}
