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
}
