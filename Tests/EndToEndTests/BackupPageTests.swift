import ErasureDomain
import Foundation
import TestKit
import Testing

extension EndToEnd {
  /// `docs/operating/backup.md`, followed to the letter in other folders.
  struct `the page about backups` {
    /// The lines of all blocks that are marked as shell.
    private static func commands() throws -> [String] {
      let page = try String(contentsOfFile: Programs.root + "/docs/operating/backup.md", encoding: .utf8)
      var commands: [String] = []
      var isShell = false
      for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
        if line.hasPrefix("```") {
          isShell = line == "```sh"
        } else if isShell {
          commands.append(String(line))
        }
      }
      return commands
    }

    private static func run(_ command: String, in site: Installation) async throws {
      var words = command.split(separator: " ").map(String.init)
      let folders = [
        "/backup/journal": site.beside("page-journal"), "/otherdisk/expunged": site.beside("page-people"),
        "/var/lib/expunged": site.path("state"), "/var/lib/expunged.lost": site.beside("page-lost"),
      ]
      words = words.map { folders[$0] ?? $0 }
      switch words[0] {
      case "systemctl" where command == "systemctl stop expunged": #expect(try await site.stopDaemon() == .exited(0))
      case "systemctl" where command == "systemctl start expunged": try await site.startDaemon()
      case "mv" where words.count == 3: try FileManager.default.moveItem(atPath: words[1], toPath: words[2])
      // The test's daemon runs as whoever runs the test.
      case "chown": #expect(command == "chown -R expunged: /var/lib/expunged")
      case "expunged":
        let said = try await site.expunged([words[1], "--config", site.path("expunged.yaml")] + words.dropFirst(2))
        #expect(said.succeeded, "\(command): \(said)")
      case "expunge":
        let said = try await site.expunge("bram", Array(words.dropFirst()), input: "/dev/null")
        #expect(said.succeeded, "\(command): \(said)")
      default: Issue.record("nobody knows how to run: \(command)")
      }
    }

    @Test func `is true: after a loss the request goes on where it was`() async throws {
      try await Installation.with(.init(people: 30, leavingOut: ["usb-stick", "sister", "cleansing"])) { site in
        let commands = try Self.commands()
        #expect(commands.contains("systemctl stop expunged") && commands.count >= 10)
        let email = try #require(try SystemsContent(folder: site.path("systems")).customerEmails.first)
        try await site.startDaemon()
        try await site.releaseSystems()
        let number = try await site.plan(for: email)
        try await site.approve(number)
        try await site.untilJobs(of: [number], "the work is done") { $0.allSatisfy { $0.isSettled || $0.isFollowUp } }
        for command in commands { try await Self.run(command, in: site) }
        #expect(try await site.answer("bram", "request", "list").array?.count == 1)
        #expect(try await site.answer("bram", "request", "show", number)["identifiers"]?.array?.isEmpty == false)
        try await site.untilJobs(of: [number], "the work is still done") {
          $0.allSatisfy { $0.isSettled || $0.isFollowUp }
        }
        #expect(try await site.stopDaemon() == .exited(0))
        try await site.requireGoodEvidence("after the page about backups was followed")
      }
    }
  }
}
