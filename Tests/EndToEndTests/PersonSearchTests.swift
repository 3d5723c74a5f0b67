import Foundation
import TestKit
import Testing

/// The search must be able to find, else it proves nothing.
struct `the search for a person` {
  static let email = "ada.devries@example.org"

  @Test func `finds each form, wherever it stands in a file`() throws {
    let search = PersonSearch([Self.email])
    #expect(search.forms.count >= 40)
    for (place, form) in search.forms.enumerated() {
      let around = Array(repeating: UInt8(0x5A), count: place % 7)
      let hits = search.hits(in: ["planted": around + form.bytes + around])
      #expect(hits.contains(PersonSearch.Hit(file: "planted", form: form.name)))
    }
    #expect(search.hits(in: ["other": Array("bob.devries@example.org, adadevries".utf8)]).isEmpty)
  }

  @Test(arguments: 0...5) func `finds Base64 of a longer text, whatever stands before`(shift: Int) throws {
    let text = Data((String(repeating: "x", count: shift) + Self.email + "; and more").utf8)
    let search = PersonSearch([Self.email])
    #expect(!search.hits(in: ["file": Array(text.base64EncodedString().utf8)]).isEmpty)
  }

  @Test func `finds what was planted in a folder, and nothing once it is gone`() throws {
    let folder = try TemporaryFolder()
    let search = PersonSearch([Self.email, "de Vries"])
    try FileManager.default.createDirectory(atPath: folder.path("deep/er"), withIntermediateDirectories: true)
    let planted = folder.path("deep/er/file")
    try Data("x\(Self.email.uppercased())y".utf8).write(to: URL(fileURLWithPath: planted))
    #expect(try search.hits(below: [folder.path]).map(\.file) == [planted])
    try FileManager.default.removeItem(atPath: planted)
    #expect(try search.hits(below: [folder.path]).isEmpty)
    #expect(throws: TestProblem.self) { try search.hits(below: [folder.path("nowhere")]) }
  }

  /// For the demo and other runs: `EXPUNGE_SEARCH` names files and folders, separated by colons, and
  /// `EXPUNGE_SEARCH_FOR` a file with one identifier a line.
  @Test func `finds nobody in what the environment names`() throws {
    let environment = ProcessInfo.processInfo.environment
    guard let places = environment["EXPUNGE_SEARCH"], let list = environment["EXPUNGE_SEARCH_FOR"] else {
      print("EXPUNGE_SEARCH not given: 1 test not run")
      return
    }
    let identifiers = try String(contentsOf: URL(fileURLWithPath: list), encoding: .utf8).split(separator: "\n")
    let search = PersonSearch(identifiers.map(String.init))
    try #require(!search.forms.isEmpty, "\(list) has no identifier of at least \(PersonSearch.shortest) characters")
    #expect(try search.hits(below: places.split(separator: ":").map(String.init)).isEmpty)
  }
}
