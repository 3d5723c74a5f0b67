import ArgumentParser
import ErasureDomain
import Foundation
import OfficerAPI
import TestKit
import Testing

@testable import OfficerConsole

@Suite struct `Letters to the person on the command line` {
  private func handed(_ sent: LetterSent?, isRepeated: Bool = false) -> HandedLetter {
    HandedLetter(
      view: LetterView(letter: .completion, language: "en", subject: "About it", text: "Dear\n", html: "<p>"),
      channel: sent?.channel ?? .letter, made: UTCTime(secondsSince1970: 0), sent: sent, isRepeated: isRepeated)
  }

  @Test func `say how they were handed over`() throws {
    let day = try #require(CivilDate("2026-03-20"))
    var sent = LetterSent(
      letter: .completion, language: "en", channel: .mail, on: day, mac: "", proof: FailureCode("smtp-250"),
      queue: "4XyzAb12")
    #expect(
      LetterText.handed(handed(sent, isRepeated: true), file: nil) == """
        An attempt before was cut off: this is the same letter again, under the same id.
        The letter (completion, en) was mailed on 2026-03-20: smtp-250, queued as 4XyzAb12.

        """)
    sent = LetterSent(
      letter: .completion, language: "en", channel: .letter, on: day, mac: "", proof: FailureCode("printed"))
    #expect(
      LetterText.handed(handed(sent), file: "letter.html") == """
        The letter (completion, en) was printed to letter.html on 2026-03-20: printed.
        Print letter.html with a browser, send it, and remove the file: it names the person.

        """)
    #expect(LetterText.letter(handed(nil).view) == "About it\n\nDear\n")
  }

  @Test func `are printed to a new file that only its owner reads`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("letter.html")
    try PrintedFile(at: path).write("<p>é")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "<p>é")
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(throws: ConsoleFailure.self) { try PrintedFile(at: path) }
    try FileManager.default.createSymbolicLink(atPath: folder.path("link"), withDestinationPath: folder.path("other"))
    #expect(throws: ConsoleFailure.self) { try PrintedFile(at: folder.path("link")) }
    try PrintedFile(at: folder.path("none")).discard()
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }

  @Test func `want the words that their kind needs, and no others`() {
    let wrong = [
      ["send", "1"], ["send", "1", "--kind", "invitation"], ["send", "1", "--kind", "completion", "--language", "de"],
      ["send", "1", "--kind", "completion", "--mail", "--print", "x"],
      ["send", "1", "--kind", "completion", "--reason-from", "x"],
      ["send", "1", "--kind", "refusal", "--step-from", "x"], ["send", "1", "--kind", "last-copy-gone"],
      ["show", "1", "--kind", "identity", "--reason-from", "-", "--step-from", "-"],
    ]
    for arguments in wrong {
      #expect(throws: (any Error).self, "\(arguments)") { try ExpungeCommand.parseAsRoot(["letter"] + arguments) }
    }
    for kind in SubjectLetterKind.allCases {
      #expect(throws: Never.self) {
        try ExpungeCommand.parseAsRoot(["letter", "show", "1", "--kind", kind.rawValue, "--html"])
      }
    }
  }
}
