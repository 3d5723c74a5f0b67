import ErasureDomain
import EvidenceLog
import Foundation
import Testing
import TestKit

@Suite struct `An auditor's folder` {
  private func verify(_ files: MemoryFiles, _ story: EvidenceStory, window: Int? = nil) throws -> AuditResult {
    try AuditorsFolderVerifier(trust: try story.trust(), window: window).verify(files)
  }

  @Test func `is verified as it was made, with its bundle, and however few accounts are in memory`() throws {
    let (story, request) = try EvidenceStory.whole()
    let folder = try story.auditorsFolder(bundle: request)
    for window in [1, 2, 20_000] {
      let result = try verify(folder, story, window: window)
      #expect(result.findings == [], "window \(window)")
      #expect(result.checked.contains { $0.contains("2 requests among them") })
      #expect(result.checked.contains { $0.contains("bundles/1: verified") })
      #expect(result.checked.contains { $0.contains("verify.py is the one") })
    }
  }

  @Test func `is the same to the byte for every number of accounts in memory, over many requests`() throws {
    var story = try EvidenceStory()
    try story.open()
    for number in 1...300 {
      if number % 7 == 0 { _ = try story.receive(number) } else { try story.refuse(number: number) }
    }
    let whole = try story.auditorsFolder()
    for window in [1, 50, 299, 300] {
      let parts = try story.auditorsFolder(window: window)
      for path in AuditorsFolder.made { #expect(parts.files[path] == whole.files[path], "\(path), window \(window)") }
    }
    let rows = whole.lines("requests.csv")
    #expect(rows.count == 302 && rows.last == "")
    for number in 1...300 { #expect(rows[number].hasPrefix("\(number),r-")) }
    #expect(try verify(whole, story, window: 64).isVerified)
  }

  @Test func `has every request with its state, its people and its entries`() throws {
    let (story, request) = try EvidenceStory.whole()
    let rows = try story.auditorsFolder().lines("requests.csv")
    let columns = rows[0].split(separator: ",").map(String.init)
    #expect(columns == RequestAccount.columns)
    let first = Dictionary(uniqueKeysWithValues: zip(columns, Self.cells(rows[1])))
    #expect(first["number"] == "1" && first["reference"] == request.text && first["state"] == "ended")
    #expect(first["drafters"] == story.drafter.person.text)
    #expect(first["approvers"] == "\(story.ada.person.text) \(story.ben.person.text)")
    #expect(first["jobs"] == first["settled"] && first["reply_late_days"] == "0")
    let indexes = story.entries(of: request).map(\.index)
    #expect(first["entries"] == IndexRanges(indexes).description)
    let second = Dictionary(uniqueKeysWithValues: zip(columns, Self.cells(rows[2])))
    #expect(second["refused"] == "not-identified" && second["state"] == "ended" && second["plans"] == "")
  }

  private static func cells(_ row: String) -> [String] {
    var cells: [String] = [""]
    var isQuoted = false
    for letter in row {
      if letter == "\"" {
        isQuoted.toggle()
      } else if letter == ",", !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(letter)
      }
    }
    return cells
  }

  @Test func `names the line and the request whose row is not what the log gives`() throws {
    let (story, _) = try EvidenceStory.whole()
    let folder = try story.auditorsFolder()
    let changed = try verify(folder.replacing(",not-identified,", with: ",not-our-data--,", in: "requests.csv"), story)
    #expect(changed.first?.path == "requests.csv")
    #expect(changed.first?.reason.contains("line 3") == true && changed.first?.reason.contains("request 2") == true)
    var left = folder
    left.files["requests.csv"] = Array(folder.lines("requests.csv").dropLast(2).joined(separator: "\n").utf8) + [0x0A]
    #expect(try verify(left, story).first?.reason.contains("request 2") == true)
    var more = folder
    more.files["requests.csv"]? += Array("3,r-".utf8)
    #expect(try verify(more, story).first?.reason.contains("line 4 and what follows") == true)
  }

  @Test func `is wrong with any byte of a table, the page or the log changed, or a file too many or too few`() throws {
    let (story, request) = try EvidenceStory.whole()
    let folder = try story.auditorsFolder(bundle: request)
    var random = SeededGenerator(test: #function)
    for path in AuditorsFolder.made {
      for place in try #require(folder.files[path]).indices.shuffled(using: &random).prefix(6) {
        let result = try verify(folder.flipping(path, place), story)
        // Another form of the page is of another version: that is said, and no finding.
        let isForm = result.notChecked.contains { $0.contains("another form") }
        #expect(result.findings.contains { $0.path == path } || (path == "index.html" && isForm), "\(path), \(place)")
      }
      #expect(try verify(folder.without(path), story).findings.contains { $0.path == path })
    }
    for path in ["log/checkpoint", "bundles/1/checkpoint", "bundles/1/entries/0.json"] {
      #expect(try !verify(folder.flipping(path, 10), story).isVerified, "\(path)")
    }
    var foreign = folder
    foreign.files["notes.txt"] = [0x61]
    #expect(try verify(foreign, story).findings.contains { $0.path == "notes.txt" })
    let other = try verify(folder.flipping("verify.py", 100), story)
    #expect(other.isVerified && other.notChecked.contains { $0.contains("verify.py: another version") })
  }

  @Test func `a bundle of another log is found`() throws {
    let (story, _) = try EvidenceStory.whole()
    var folder = try story.auditorsFolder()
    let (other, request) = try EvidenceStory.whole { $0.now = $0.now.adding(seconds: 86_400) }
    for (path, bytes) in try other.bundle(request).files { folder.files["bundles/1/\(path)"] = bytes }
    #expect(try !verify(folder, story).isVerified)
  }

  @Test func `is not made where a number is missing, and the number is named`() throws {
    var story = try EvidenceStory()
    try story.open()
    try story.refuse(number: 1)
    try story.refuse(number: 3)
    #expect(throws: AuditingProblem.gap(number: 2, entry: 8)) { try story.auditorsFolder() }
  }

  @Test func `has a page without scripts that says first what it does not prove`() throws {
    let (story, _) = try EvidenceStory.whole()
    let page = String(decoding: try #require(try story.auditorsFolder().files["index.html"]), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    for word in ["<script", "javascript:", "http://", "https://", "src=", "onload", "@import"] {
      #expect(!page.contains(word), "\(word)")
    }
    let places = ["does not prove", "NOT ANCHORED", "twenty questions", "seven recurring", "A.8.15", "How to check it"]
    var last = page.startIndex
    for words in places where words != "NOT ANCHORED" {
      let found = try #require(page.range(of: words, range: last..<page.endIndex), "\(words)")
      last = found.lowerBound
    }
    for question in AuditQuestions.all { #expect(page.contains(question.replacing("&", with: "&amp;"))) }
    for control in ["A.5.3", "A.5.18", "A.5.33", "A.8.10", "A.8.13", "A.8.15"] { #expect(page.contains(control)) }
    // Balanced, as a parser of XML wants it but for the void elements.
    let body = page.replacing("<!DOCTYPE html>\n", with: "").replacing("<meta charset=\"utf-8\">", with: "")
      .replacing("<meta name=\"robots\" content=\"noindex\">", with: "")
    var open: [String] = []
    for tag in body.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) {
      let name = String(tag.output.2)
      if tag.output.1.isEmpty { open.append(name) } else { #expect(open.popLast() == name) }
    }
    #expect(open.isEmpty)
  }

  @Test func `a cell is no formula, and quotes what must be quoted`() {
    #expect(TableRow.line(["a", "1,2", "say \"so\"", ""]) == Array("a,\"1,2\",\"say \"\"so\"\"\",\n".utf8))
    for start in ["=", "+", "-", "@", "\t", "\r"] {
      let line = String(decoding: TableRow.line([start + "cmd"]), as: UTF8.self)
      #expect(line.contains("'" + start), "\(line)")
    }
  }
}
