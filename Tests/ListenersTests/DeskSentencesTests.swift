import ErasureDomain
import Foundation
import Testing

@testable import Listeners

/// The desk speaks English; the page says what an officer can meet there in his own language. The desk's source is read, so that no
/// refusal can be added without its Dutch.
@Suite struct `What the desk says, on the page` {
  /// Desks of which the page makes no call: they are met at the command line alone.
  static let elsewhere: Set<String> = [
    "CaseRecordDesk.swift", "CompromiseDesk.swift", "ConfigurationDesk.swift", "DaemonDesk.swift", "DiscoverDesk.swift",
    "Discoveries.swift", "DoNotContactDesk.swift", "ImportDesk.swift", "IncidentDesk.swift", "NoticeIntake.swift",
    "PeriodDesk.swift", "RegisterDesk.swift", "RestoreDesk.swift", "StandingDesk.swift",
  ]
  /// Refusals of calls that the page does not make, in files of which it makes others.
  static let commandLineOnly = [
    "saying who you are (--as) is for practice mode only; your Unix user decides",
    "nobody called \"7\" has this Unix user in the configuration's people:",
    "several people have this Unix user: say who you are with --as NAME (7)",
    "Unix user 7 is nobody in the configuration's people:; add him there",
    "nobody of people: has that name; there are 7",
    "you have opened the first half of it; the second half is another person's (7), within a day",
    "an operator opens no case file",
    "the case file of request 7 was not encrypted to your key: you were no officer with an ssh-ed25519 key when it was made; "
      + "two of those who were can open it (7)",
    "what was handed over has no part for your key; the first half must be opened again",
    "what your key opened is no layer of a case file; open it again",
    "what your key opened is not the layer of this case file; open it again",
    "you have not begun to open this case file within the last day; open it first",
    "no case files are kept here: case-files: is not in the configuration",
    "request 7 has no case file; one is written when it is closed",
    "the case file of request 7 was kept until 7; it is destroyed",
    "the case file of request 7 is not in its folder any more",
    "the case file of request 7 is not the one that was written: its digest differs",
  ]

  @Test func `every refusal that an officer can meet on the page has its Dutch`() throws {
    let sentences = try PageFiles().sentences(in: .dutch)
    let dutch = try PageFiles().words(in: .dutch)
    var count = 0
    for file in try Source.files(below: "OfficerDesk") where !Self.elsewhere.contains(file.name) {
      for said in file.literals(after: ["Refusal("]) {
        // A sentence that is a value alone is somebody else's.
        guard said.contains(where: { $0.isLetter }), !Self.commandLineOnly.contains(said) else { continue }
        count += 1
        #expect(
          sentences.say(said, dutch) { "\($0)" } != nil,
          "\(file.name) refuses with “\(said)”: add a line to Words/desk.sentences")
      }
    }
    #expect(count > 200, "the refusals were not found: \(count)")
  }

  @Test func `errors whose texts refusals hand on have their Dutch`() throws {
    let sentences = try PageFiles().sentences(in: .dutch)
    let dutch = try PageFiles().words(in: .dutch)
    let pieces = try Self.english()
    let named: Set<String> = [
      "PlanProblem.swift", "LetterProblem.swift", "DeadlineProblem.swift", "ExceptionTerms.swift",
    ]
    var count = 0
    for library in ["ErasurePlanning", "Correspondence", "ErasureDomain"] {
      for file in try Source.files(below: library) where named.contains(file.name) {
        for said in file.literals(after: [": ", "return ", "return\n", ":\n"])
        where said.split(separator: " ").count > 4 {
          count += 1
          let piece = said.replacing("7", with: "{}")
          #expect(
            sentences.say(said, dutch) { "\($0)" } != nil || pieces.contains { $0.contains(piece) },
            "\(file.name) says “\(said)”")
        }
      }
    }
    #expect(count > 25, "the texts were not found: \(count)")
  }

  @Test func `no line says what nobody says any more`() throws {
    var all = ""
    for library in [
      "OfficerDesk", "ErasureDomain", "ErasurePlanning", "Correspondence", "EvidenceLog", "ExternalPrograms", "Journal",
      "ErasureEngine", "EvidencePublishing", "Listeners",
    ] {
      for file in try Source.files(below: library) { all += file.joined }
    }
    for english in try Self.english() {
      for part in english.split(separator: "{}") {
        // What is put together from pieces is there piece by piece.
        for piece in part.split(separator: #/[;:,] /#) where piece.count > 28 {
          #expect(all.contains(piece), "nobody says “\(piece)” any more")
        }
      }
    }
  }

  /// What the desk says, of every line.
  private static func english() throws -> [String] {
    let text = try #require(PageFiles.all.first { $0.name == "Words/desk.sentences" })
    return String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
      .map { line in
        let key = PageVisit.trimmed(line.split(separator: "|")[0])
        return String(key.split(separator: " @")[0])
      }
  }

  @Test func `values come back in the reader's way, and sentences inside sentences too`() throws {
    let files = try PageFiles()
    let words = files.words(in: .dutch)
    func say(_ text: String) -> PageSentences.Said? { files.sentences(in: .dutch).say(text, words) { _ in "12.30" } }
    #expect(
      say("request 3 is in-erasure: there is no term to extend")?.text
        == "Verzoek 3 is \(words.code("request-state", "in-erasure")): er is geen termijn te verlengen.")
    #expect(
      say("no due date can be computed: holiday calendar \"atw\" has no working day near 2026-12-25; correct its data")?
        .text
        == "Er kan geen uiterste datum worden berekend; de feestdagenkalender “atw” heeft geen werkdag rond 25 december 2026; "
        + "een beheerder herstelt hem.")
    #expect(say("no plan can be made: something quite new")?.english == ["something quite new"])
    #expect(say("say what makes you doubt who the person is")?.field == "text")
    #expect(say("something quite new") == nil)
    #expect(throws: PageFiles.Fault.self) { try PageSentences(lines: ["a {} | ="], in: .dutch) }
    #expect(throws: PageFiles.Fault.self) { try PageSentences(lines: ["a {} | = | b", "a {} | = | c"], in: .dutch) }
  }
}

/// A file of our own source, as far as it says something.
private struct Source {
  let name: String
  private let text: [Character]

  static func files(below library: String) throws -> [Source] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/\(library)")
    let names = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
    return try names.filter { $0.hasSuffix(".swift") }.map { name in
      Source(
        name: String(name.split(separator: "/").last ?? ""),
        text: Array(try String(contentsOf: root.appending(path: name), encoding: .utf8)))
    }
  }

  /// Sentences that stand after one of these, with 7 for each value; after `Refusal(` the reason comes before.
  func literals(after openings: [String]) -> [String] {
    var found: [String] = []
    for opening in openings {
      let start = Array(opening)
      for place in text.indices where text[place...].starts(with: start) {
        var next = place + start.count
        if opening == "Refusal(" {
          guard let comma = text[next...].firstIndex(of: ","), !text[next..<comma].contains(")") else { continue }
          next = comma + 1
        }
        if let said = sentence(at: &next) { found.append(said) }
      }
    }
    return found
  }

  /// The file with its sentences in one piece, wherever its lines break.
  var joined: String {
    String(text).replacing(/"\s*\+\s*"/, with: "").replacing(/\\\n\s*/, with: "").replacing("\\\"", with: "\"")
  }

  /// Literals that are joined by `+`, from a place on; nil where there is none.
  private func sentence(at place: inout Int) -> String? {
    var said: String?
    while true {
      var next = place
      while next < text.count, text[next].isWhitespace || (said != nil && text[next] == "+") { next += 1 }
      guard next < text.count, text[next] == "\"", let part = literal(at: &next) else { return said }
      said = (said ?? "") + part
      place = next
    }
  }

  private func literal(at place: inout Int) -> String? {
    var said = ""
    let isLong = text[place...].starts(with: "\"\"\"")
    place += isLong ? 3 : 1
    while place < text.count {
      if isLong ? text[place...].starts(with: "\"\"\"") : text[place] == "\"" {
        place += isLong ? 3 : 1
        return isLong ? PageVisit.trimmed(said) : said
      }
      guard text[place] == "\\" else {
        said.append(text[place])
        place += 1
        continue
      }
      place += 1
      switch text[place] {
      case "(":
        skipValue(&place)
        said += "7"
      case "\n":
        // A line that goes on, without what indents it.
        while place < text.count, text[place].isWhitespace { place += 1 }
      default:
        said.append(text[place] == "n" ? "\n" : text[place])
        place += 1
      }
    }
    return nil
  }

  private func skipValue(_ place: inout Int) {
    var depth = 0
    repeat {
      if text[place] == "(" { depth += 1 }
      if text[place] == ")" { depth -= 1 }
      if text[place] == "\"" {
        place += 1
        while text[place] != "\"" { place += text[place] == "\\" ? 2 : 1 }
      }
      place += 1
    } while depth > 0
  }
}
