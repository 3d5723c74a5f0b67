import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// Copies on tape, known only to a program of the customer's, over the real programs.
  struct `copies of our own` {
    /// Two tapes: one was written before the erasure, one of another system.
    private static func ledger(_ day: CivilDate, at path: String) throws {
      func tape(_ label: String, _ system: String) -> String {
        #"{"label": "\#(label)", "system": "\#(system)", "written-from": "\#(day)T01:00:00Z", "#
          + #""written-until": "\#(day)T01:20:00Z", "keep-days": 35}"#
      }
      let text = #"{"cartridges": [\#(tape("T1", "crm")), \#(tape("W1", "web"))]}"#
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private static func options(_ ledger: String) -> Installation.Options {
      Installation.Options(
        people: 20,
        leavingOut: ["backoffice", "backups", "cleansing", "intermediary", "sister", "usb-stick"],
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

    @Test func `get their last day, linger as a question, and are seen gone`() async throws {
      let folder = try TemporaryFolder()
      let ledger = folder.path("tapes.json")
      try await Installation.with(Self.options(ledger)) { site in
        site.stopCompanies()
        let written = site.today.adding(days: -2)
        try Self.ledger(written, at: ledger)
        let email = try #require(try SystemsContent(folder: site.path("systems")).customerEmails.first)
        try await site.startDaemon()
        try await site.answer("dora", "system", "release", "crm")
        let number = try await site.plan(for: email)
        try await site.approve(number)
        try await site.untilJobs(of: [number], "the tape has its day") { jobs in
          jobs.contains { $0.verb == "tag-expiry" && $0.outcome?["outcome"]?.string == "expiry-tagged" }
        }
        let last = written.adding(days: 35)
        let tag = try #require(try await site.jobs(of: number).first { $0.verb == "tag-expiry" })
        #expect(tag.outcome?["until"]?.string == last.description)
        let marked = try String(contentsOfFile: ledger, encoding: .utf8)
        #expect(marked.components(separatedBy: "\"last-day\": \"\(last)\"").count == 2 && !marked.contains(email))

        try await until("the plan is concluded") { try await site.history(of: number).contains("plan.concluded") }
        try await site.moveCalendar(to: last.adding(days: 2))
        try await site.untilJobs(of: [number], "the tape lingers") { jobs in
          jobs.contains { $0.verb == "confirm-expiry" && $0.state == "awaiting-officer" }
        }
        let tasks = try await site.answer("bram", "task", "list").array ?? []
        #expect(tasks.contains { "\($0)".contains("copy-lingers") }, "\(tasks)")

        try Data(#"{"cartridges": []}"#.utf8).write(to: URL(fileURLWithPath: ledger))
        let job = try #require(try await site.jobs(of: number).first { $0.verb == "confirm-expiry" }).job
        try await site.answer("bram", "task", "answer", job, "retry")
        try await site.untilJobs(of: [number], "the tape is seen gone") { jobs in
          jobs.contains { $0.job == job && $0.isSettled }
        }
        let gone = try #require(try await site.jobs(of: number).first { $0.job == job })
        #expect(gone.outcome?["receipt"]?["verification"]?["seen"]?.string == "listing", "\(gone.outcome as Any)")
        #expect(gone.outcome?["receipt"]?["verification"]?["path"]?.string == "command-list-copies")
        #expect(try await site.stopDaemon() == .exited(0))
        let said = try await site.audit(site.path("evidence"))
        #expect(said.succeeded, "\(said)")
      }
    }
  }
}
