import ErasureDomain
import Foundation
import Testing

@testable import Listeners

/// The page's own files: what no compiler checks.
@Suite struct `Files of the page` {
  @Test func `templates and words read, and no word is there twice`() throws {
    let files = try PageFiles()
    #expect(files.words(in: .english).areas.count > 5)
    #expect(files.words(in: .dutch)("place.today") == "Vandaag")
    #expect(throws: PageFiles.Fault.self) { try PageWords(lines: ["a.b | x | y", "a.b | x | y"], in: .english) }
    #expect(throws: PageFiles.Fault.self) { try PageWords(lines: ["a.b | x"], in: .dutch) }
  }

  @Test func `the program holds exactly the files of the folders`() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Listeners/Page")
    var names: Set<String> = []
    for folder in ["Assets", "Templates", "Words"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: page.appending(path: folder).path) {
        names.insert("\(folder)/\(name)")
      }
    }
    #expect(Set(PageFiles.all.map(\.name)) == names, "run Sources/CPageFiles/files.sh")
    for (name, bytes) in PageFiles.all {
      #expect(try Data(contentsOf: page.appending(path: name)) == Data(bytes), "\(name) is older in the program")
    }
  }

  @Test func `days and codes are read and written as the language has them`() throws {
    let files = try PageFiles()
    let (english, dutch) = (files.words(in: .english), files.words(in: .dutch))
    #expect(english.dated("told by 2026-12-28, at last") == "told by 28 December 2026, at last")
    #expect(
      dutch.dated("uiterlijk 2026-12-28; 2026-13-41 is geen dag")
        == "uiterlijk 28 december 2026; 2026-13-41 is geen dag")
    #expect(dutch.code(of: "E-mailadres", in: "identifier") == "email")
    #expect(english.code(of: "e-mail address", in: "identifier") == "email")
    #expect(dutch.code(of: "zomaar", in: "identifier") == nil)
  }
}
