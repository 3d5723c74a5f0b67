import ErasureDomain
import EvidenceLog
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// The log of a real daemon, a real authority and a witness outside, and what happens when it is set back.
  struct `an anchored log` {
    private struct Outside {
      let witness: TestWitness
      let server: TimeStampServer

      init(_ site: Installation) throws {
        let vkey = try site.text("log.vkey").trimmingCharacters(in: .whitespacesAndNewlines)
        witness = try TestWitness(logs: [NoteVerifierKey(parsing: vkey)], store: site.beside("witness"))
        server = try TimeStampServer()
        try FileManager.default.createDirectory(
          atPath: site.beside("marks"), withIntermediateDirectories: false)
        let lines = """
          anchors:
            time-stamp: {url: "\(server.url())", ca: "\(server.authorities)", crl: ["\(server.revocations())"]}
            witnesses:
              - {name: sister, vkey: "\(witness.key.text)", url: "\(witness.url)"}
          high-water-mark: \(site.beside("marks"))

          """
        try site.changeConfiguration { $0 + lines }
        let policy = "log \(vkey)\nwitness sister \(witness.key.text)\nquorum sister\n"
        try site.write(policy, to: "my_policy")
      }
    }

    @Test func `says what is wrong with those who should see it`() async throws {
      try await Installation.with(.init(people: 20)) { site in
        let whole = try site.text("expunged.yaml")
        for (wrong, words) in [
          ("time-stamp: {ca: ca.pem}", "write the address of the time-stamping authority"),
          ("time-stamp: {url: tsa.example}", "\"url\" is no absolute http or https address"),
          ("time-stamp: {url: http://tsa.example, crl: http://tsa.example/crl}", "\"crl\" is a text; write a list"),
          (
            "time-stamp: {url: http://tsa.example, crl: [tsa.example/crl]}",
            "\"crl\" is no absolute http or https address"
          ),
          ("quorum: 1", "\"anchors\" names nobody"),
        ] {
          try site.changeConfiguration { _ in whole + "anchors:\n  \(wrong)\n" }
          let said = try await site.expunged(["run", "--config", site.path("expunged.yaml")])
          #expect(said.ending == .exited(1) && said.errors.contains(words), "\(said)")
        }
      }
    }

    @Test func `is cosigned and stamped, in the folder and in a bundle, and both verifiers take it`() async throws {
      try await Installation.with(.init(people: 30, leavingOut: ["usb-stick", "sister"])) { site in
        let outside = try Outside(site)
        try await site.startDaemon()
        let before = try SystemsContent(folder: site.path("systems"))
        try await site.releaseSystems()
        _ = try await site.plan(for: try #require(before.customerEmails.first))
        let exported = try await site.expunge("bram", "evidence", "export", "1", site.beside("bundle"))
        #expect(exported.succeeded, "\(exported)")
        let warnings = try await site.answer("bram", "status")["warnings"]?.array?.compactMap(\.string) ?? []
        #expect(!warnings.contains { $0.contains("anchored") || $0.contains("witness") || $0.contains("time stamp") })
        #expect(try await site.stopDaemon() == .exited(0))
        for folder in [site.path("evidence"), site.beside("bundle")] {
          let stamp = try TimeStamp(
            reply: Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/checkpoint.tsr"))))
          try TimeStampServer.verify(
            data: folder + "/checkpoint", stamp: folder + "/checkpoint.tsr", authorities: folder + "/tsa/ca.pem",
            time: stamp.time.secondsSince1970, checkingLists: true)
          let trust = ["--policy", site.path("my_policy"), "--signers", site.path("allowed_signers")]
          let said = try await site.run(Programs.path("expunge-audit"), ["verify", folder] + trust)
          #expect(said.succeeded && said.output.contains("witness sister had seen"), "\(said)")
          #expect(said.output.contains("exactly these bytes"), "\(said)")
          let python = try Programs.tool("python3", package: "python3")
          let second = try await site.run(python, [Programs.secondVerifier, folder] + trust)
          #expect(second.succeeded && second.output.contains("witness sister had seen"), "\(second)")
        }
        #expect(outside.witness.asked > 0)
      }
    }

    @Test func `that was set back is noticed at the start: nothing is executed or signed, and recovery goes on`()
      async throws
    {
      try await Installation.with(.init(people: 30, leavingOut: ["usb-stick", "sister"])) { site in
        let outside = try Outside(site)
        try await site.startDaemon()
        try await site.releaseSystems()
        #expect(try await site.stopDaemon() == .exited(0))
        try FileManager.default.copyItem(atPath: site.path("state"), toPath: site.beside("old-state"))
        let before = try SystemsContent(folder: site.path("systems"))
        try await site.startDaemon()
        _ = try await site.plan(for: try #require(before.customerEmails.first))
        #expect(try await site.stopDaemon() == .exited(0))
        let size = try PublishedEvidence(folder: site.path("evidence")).entries.count

        // Whatever place alone still knows: the folder, the other disk, or the witness.
        let (evidence, marks) = (site.path("evidence"), site.beside("marks"))
        for (hidden, shown) in [
          ([], evidence + "/checkpoint"), ([evidence], marks + "/checkpoint"), ([evidence, marks], "witness sister"),
        ] {
          try FileManager.default.moveItem(atPath: site.path("state"), toPath: site.beside("new-state"))
          try FileManager.default.copyItem(atPath: site.beside("old-state"), toPath: site.path("state"))
          for folder in hidden { try FileManager.default.moveItem(atPath: folder, toPath: folder + ".hidden") }
          let asked = outside.witness.asked
          try await site.startDaemon()
          let warnings = try await site.answer("bram", "status")["warnings"]?.array?.compactMap(\.string) ?? []
          #expect(warnings.contains { $0.contains("and \(size) were signed, as \(shown) shows") }, "\(warnings)")
          let refused = try await site.expunge("dora", "system", "stop", "crm")
          #expect(!refused.succeeded && refused.errors.contains("set back"), "\(refused)")
          #expect(try await site.expunge("bram", "request", "list").succeeded)
          #expect(try await !site.expunge("bram", "check").succeeded)
          #expect(try await site.stopDaemon() == .exited(0))
          #expect(outside.witness.asked == asked && !FileManager.default.fileExists(atPath: evidence + ".new"))
          for folder in hidden {
            if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
            try FileManager.default.moveItem(atPath: folder + ".hidden", toPath: folder)
          }
          #expect(try PublishedEvidence(folder: evidence).entries.count == size)
          try FileManager.default.removeItem(atPath: site.path("state"))
          try FileManager.default.moveItem(atPath: site.beside("new-state"), toPath: site.path("state"))
        }

        // The newer log comes back from the folder; one that is older than what was signed does not.
        try FileManager.default.moveItem(atPath: site.path("state"), toPath: site.beside("people"))
        let arguments = ["recover", "--config", site.path("expunged.yaml"), "--people", site.beside("people")]
        let good = try await site.expunged(arguments)
        #expect(good.succeeded, "\(good)")
        try await site.startDaemon()
        #expect(try await site.expunge("bram", "request", "list").succeeded)
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("after recovery")
      }
    }

    @Test func `gets a new key: both lines first, then the new one alone, and a stolen old one is refused`()
      async throws
    {
      try await Installation.with(.init(people: 30, leavingOut: ["usb-stick", "sister"])) { site in
        func rotate(_ step: String) async throws -> Said {
          try await site.expunged(["rotate-key", step, "--config", site.path("expunged.yaml")])
        }
        func lines() throws -> [String] {
          let data = try Data(contentsOf: URL(fileURLWithPath: site.path("evidence/checkpoint")))
          return try SignedNote(parsing: Array(data)).signatures.map(\.line)
        }
        func audit(_ keys: [String]) async throws -> Bool {
          let trust = keys.flatMap { ["--key", $0] } + ["--signers", site.path("allowed_signers")]
          let said = try await site.run(Programs.path("expunge-audit"), ["verify", site.path("evidence")] + trust)
          let python = try Programs.tool("python3", package: "python3")
          let second = try await site.run(python, [Programs.secondVerifier, site.path("evidence")] + trust)
          #expect(said.succeeded == second.succeeded, "\(said.output)\(second.output)")
          return said.succeeded
        }
        try await site.startDaemon()
        #expect(try await !rotate("begin").succeeded, "the daemon runs")
        #expect(try await site.stopDaemon() == .exited(0))
        #expect(try await !rotate("end").succeeded, "nothing was begun")
        let (old, new) = (site.beside("old.vkey"), site.beside("new.vkey"))
        try FileManager.default.copyItem(atPath: site.path("log.vkey"), toPath: old)
        try FileManager.default.copyItem(atPath: site.path("credentials/logkey"), toPath: site.beside("stolen"))
        let begun = try await rotate("begin")
        #expect(begun.succeeded, "\(begun)")
        try FileManager.default.copyItem(atPath: site.path("log-new.vkey"), toPath: new)
        #expect(try await !rotate("begin").succeeded, "one key follows already")
        try await site.startDaemon()
        #expect(try await site.stopDaemon() == .exited(0))
        #expect(try lines().count == 2)
        for keys in [[old], [new], [old, new]] { #expect(try await audit(keys), "\(keys)") }

        let ended = try await rotate("end")
        #expect(ended.succeeded, "\(ended)")
        #expect(!FileManager.default.fileExists(atPath: site.path("credentials/logkey-new")))
        try await site.startDaemon()
        #expect(try await site.expunge("bram", "check", "--deep").succeeded)
        #expect(try await site.stopDaemon() == .exited(0))
        #expect(try lines().count == 1)
        for keys in [[new], [old, new]] { #expect(try await audit(keys)) }
        #expect(try await !audit([old]))

        // Whoever kept the old key signs the newest tree with it: both verifiers know that it was destroyed.
        let data = try Data(contentsOf: URL(fileURLWithPath: site.path("evidence/checkpoint")))
        let note = try SignedNote(parsing: Array(data))
        let seed = Array(try Data(contentsOf: URL(fileURLWithPath: site.beside("stolen"))))
        let thief = try Ed25519CheckpointSigner(name: Checkpoint(parsing: note.text).origin, seed: seed)
        try Data(SignedNote.signing(note.text, by: [thief]).encoded).write(
          to: URL(fileURLWithPath: site.path("evidence/checkpoint")))
        #expect(try await !audit([old, new]))
        try data.write(to: URL(fileURLWithPath: site.path("evidence/checkpoint")))

        // The end of the log: nothing comes behind it, and people can still read.
        let closed = try await site.expunged(
          ["close-log", "--config", site.path("expunged.yaml"), "--reason", "key-compromised"])
        #expect(closed.succeeded, "\(closed)")
        #expect(try await audit([old, new]))
        try await site.startDaemon()
        let refused = try await site.expunge("dora", "system", "release", "crm")
        #expect(!refused.succeeded && refused.errors.contains("closed for ever"), "\(refused)")
        #expect(try await site.stopDaemon() == .exited(0))
      }
    }
  }
}
