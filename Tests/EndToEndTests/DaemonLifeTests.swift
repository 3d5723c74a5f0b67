import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// Starting, stopping, and what stands in the way of it.
  struct `the daemon's life` {
    @Test func `a second daemon on the same state refuses to start`() async throws {
      try await Installation.with(.init(people: 20)) { site in
        try await site.startDaemon()
        let pid = try site.text("state/lock").filter(\.isNumber)
        let second = try await site.expunged(["run", "--config", site.path("expunged.yaml")])
        #expect(second.ending == .exited(1))
        #expect(second.errors.contains("is held by another expunged (process \(pid)): stop that one first"))
        // The first one still has its lock, its socket and its work.
        #expect(try await site.expunge("bram", "status").succeeded)
        _ = try await site.plan(for: "ada.devries@example.org")
        #expect(try await site.stopDaemon() == .exited(0))
      }
    }

    @Test func `SIGTERM ends it in order, also when it was started with the signal blocked`() async throws {
      try await Installation.with(.init(people: 60, leavingOut: ["usb-stick"])) { site in
        let before = try SystemsContent(folder: site.path("systems"))
        let email = try #require(before.customerEmails.first)
        try await site.startDaemon(blocked: [SIGTERM, SIGINT])
        try await site.releaseSystems()
        let number = try await site.plan(for: email)
        try await site.approve(number)
        // Right in the middle: jobs were claimed a moment ago.
        #expect(try await site.stopDaemon() == .exited(0))
        #expect(!FileManager.default.fileExists(atPath: site.path("run/command.sock")))
        let entries = try PublishedEvidence(folder: site.path("evidence")).entries
        #expect(entries.last?.kind.rawValue == "daemon.stopped")
        let started = entries.count { $0.kind.rawValue == "attempt.started" }
        #expect(started == entries.count { $0.kind.rawValue == "attempt.ended" }, "an attempt was cut off")
        try await site.requireGoodEvidence("after SIGTERM")
      }
    }

    @Test func `init overwrites nothing`() async throws {
      try await Installation.with(.init(people: 20)) { site in
        let before = try PersonSearch.files(below: [site.site])
        let again = try await site.initialise()
        #expect(again.ending == .exited(1))
        #expect(again.errors.contains("expunged.yaml exists; init makes everything new and overwrites nothing"))
        // Any one of them is enough.
        for name in ["expunged.yaml", "credentials", "log.vkey"] {
          try FileManager.default.moveItem(atPath: site.path(name), toPath: site.beside(name))
          let said = try await site.initialise()
          #expect(said.ending == .exited(1) && said.errors.contains("exists; init makes"), "without \(name): \(said)")
        }
        for name in ["expunged.yaml", "credentials", "log.vkey"] {
          try FileManager.default.moveItem(atPath: site.beside(name), toPath: site.path(name))
        }
        #expect(try PersonSearch.files(below: [site.site]) == before)
      }
    }

    @Test func `changed signers stop new plans outside practice mode, until the old ones are back`() async throws {
      let own = NSUserName()
      let others = ["daemon", "nobody", "bin"].filter { $0 != own }
      let persons = ["bram:officer+clerk:\(own)", "chris:officer:\(others[0])", "anna:clerk:\(others[1])"]
      try await Installation.with(.init(people: 60, practice: false, persons: persons, owns: [])) { site in
        let emails = try SystemsContent(folder: site.path("systems")).customerEmails
        try await site.startDaemon()
        _ = try await site.plan(for: emails[0], as: "bram")
        #expect(try await site.stopDaemon() == .exited(0))

        let old = try site.text("allowed_signers")
        try site.write(old.replacing(site.principal("chris"), with: "mallory@demo.example"), to: "allowed_signers")
        try await site.startDaemon()
        let failure = await #expect(throws: TestProblem.self) { _ = try await site.plan(for: emails[1], as: "bram") }
        #expect(failure?.description.contains("signers changed without the signatures of two entitled people") == true)
        let checked = try await site.expunge("bram", "check")
        #expect(checked.ending == .exited(1))
        let status = try await site.answer("bram", "status")
        #expect(status["warnings"]?.array?.contains { $0.string?.contains("signers") == true } == true)
        #expect(try await site.stopDaemon() == .exited(0))

        try site.write(old, to: "allowed_signers")
        try await site.startDaemon()
        #expect(try await site.answer("bram", "plan", "2")["plan"] != nil)
        #expect(try await site.stopDaemon() == .exited(0))
      }
    }

    @Test func `an operator who appoints himself is refused, and two officers appoint whom they want`() async throws {
      let own = NSUserName()
      let others = ["daemon", "nobody", "bin"].filter { $0 != own }
      let persons = ["bram:officer+clerk:\(own)", "chris:officer:\(others[0])", "anna:clerk:\(others[1])"]
      try await Installation.with(.init(people: 60, practice: false, persons: persons, owns: [])) { site in
        let emails = try SystemsContent(folder: site.path("systems")).customerEmails
        try await site.startDaemon()
        #expect(try await site.stopDaemon() == .exited(0))
        // Whoever has the machine makes Anna's account an officer's, with a key of his own.
        let before = (signers: try site.text("allowed_signers"), people: try site.text("expunged.yaml"))
        let keygen = try Programs.tool("ssh-keygen", package: "openssh-client")
        let key = site.path("keys/mallory")
        #expect(try await site.run(keygen, ["-q", "-t", "ed25519", "-N", "", "-C", "mallory", "-f", key]).succeeded)
        let line = try site.text("keys/mallory.pub").split(separator: " ").prefix(2).joined(separator: " ")
        try site.write(before.signers + "mallory@demo.example \(line)\n", to: "allowed_signers")
        try site.changeConfiguration { text in
          text.replacing("roles: [clerk]", with: "roles: [officer]")
            .replacing("signs-as: [\(site.principal("anna"))]", with: "signs-as: [mallory@demo.example]")
        }
        #expect(try site.text("expunged.yaml") != before.people)
        try await site.startDaemon()
        let shown = try await site.answer("bram", "change", "show")
        let words = shown["changes"]?.array?.flatMap { $0["words"]?.array?.compactMap(\.string) ?? [] } ?? []
        #expect(
          words.contains { $0.hasPrefix("changes anna") && $0.contains("roles clerk becomes officer") }, "\(words)")
        #expect(
          words.contains { $0.hasPrefix("adds the key ssh-ed25519 SHA256:") && $0.contains("mallory@") }, "\(words)")
        func sign(_ part: String, _ who: String) async throws -> Said {
          try await site.expunge(
            "bram", "change", "sign", part, "--yes", "--key", site.path("keys/\(who)"), "--principal",
            site.principal(who))
        }
        for part in ["people", "signers"] {
          #expect(try await sign(part, "mallory").ending == .exited(5), "mallory signs \(part)")
          #expect(try await sign(part, "bram").succeeded)
          let with = try await sign(part, "mallory")
          #expect(!with.succeeded, "\(with)")
          // One officer is not two.
          #expect(try await sign(part, "bram").succeeded == false)
        }
        let failure = await #expect(throws: TestProblem.self) { _ = try await site.plan(for: emails[0], as: "bram") }
        #expect(failure?.description.contains("people, signers changed without the signatures") == true)
        // A second officer wants it too: from then on it counts, without a restart.
        #expect(try await sign("people", "chris").succeeded)
        let last = try await sign("signers", "chris")
        #expect(last.succeeded, "\(last)")
        _ = try await site.plan(for: emails[1], as: "bram")
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("after two officers signed")
        let changed = try PublishedEvidence(folder: site.path("evidence")).entries.map(\.kind.rawValue)
        #expect(changed.filter { $0 == "change.signed" }.count == 4)
        #expect(changed.filter { $0 == "signers.changed" }.count == 2)
        // And after one it still does.
        try await site.startDaemon()
        #expect(try await site.answer("bram", "change", "show")["changes"]?.array?.isEmpty == true)
        #expect(try await site.stopDaemon() == .exited(0))
      }
    }

    @Test func `the unit file holds, as systemd reads it`() async throws {
      let analyze = try Programs.tool("systemd-analyze", package: "systemd")
      try await Installation.with(.init(people: 20)) { site in
        let url = URL(fileURLWithPath: Programs.root + "/systemd/expunged.service")
        let unit = try String(contentsOf: url, encoding: .utf8)
        try #require(unit.contains("ExecStart=/usr/bin/expunged run"))
        let program = try Programs.path("expunged")
        let broken = unit.replacing("Type=notify", with: "Type=notify\nTimeoutStopSec=soon")
        for (text, isGood) in [(unit, true), (broken, false)] {
          try site.write(text.replacing("/usr/bin/expunged", with: program), to: "expunged.service")
          let said = try await site.run(analyze, ["verify", site.path("expunged.service")])
          // A word it does not understand it only mentions.
          #expect((said.succeeded && said.output.isEmpty && said.errors.isEmpty) == isGood, "\(said)")
        }
      }
    }
  }
}
