import ErasureDomain
import Foundation
import TestKit
import Testing

@testable import Correspondence

@Suite struct `What a person takes along` {
  private static let rows = CollectedRows(
    dataset: "contact", columns: ["id", "email", "note", "score", "Amount", "active", "photo"],
    rows: [
      [
        .integer(7), .text("ada@example.org"), .text("=HYPERLINK(\"http://evil\")"), .integer(9), .number("-12.50"),
        .boolean(true), .bytes([0, 255]),
      ],
      [
        .integer(8), .text("'=x"), .text("<script>alert(1)</script>, \"so\"\nnext"), .null, .null, .boolean(false),
        .null,
      ],
      [.integer(9), .text(""), .text("'plain"), .integer(-3), .number("1e5"), .null, .null],
    ], shared: 2)
  private static let planned = PlannedExport.Dataset(
    dataset: "contact", rows: 3,
    takeAlong: TakeAlong(portability: ["email", "amount"], thirdParty: ["note"], withheld: ["score"]))

  private static func contents(_ kind: PackageKind) throws -> PackageContents {
    func system(_ name: String) throws -> SystemName { try #require(SystemName(name)) }
    return PackageContents(
      kind: kind, request: RequestReference(bytes: [UInt8](repeating: 1, count: 16)), number: 4,
      organisation: "Kleine Bank <&>", madeAt: UTCTime(secondsSince1970: 1_800_000_000),
      systems: [
        PackageContents.System(
          system: try system("crm"), title: "Customers", datasets: [(planned: planned, rows: rows)],
          collectedAt: UTCTime(secondsSince1970: 1_799_990_000), leftOut: 1),
        PackageContents.System(
          system: try system("mailbox"), title: "Mail", files: [.init(name: "all.mbox", bytes: Array("From x".utf8))]),
        PackageContents.System(system: try system("paper"), title: "Paper", reason: .waived(FailureCode("lost"))),
        PackageContents.System(system: try system("shop"), title: "Shop", reason: .nothingFound),
      ])
  }

  /// The files of an archive as Info-ZIP's own program reads them.
  private static func unpacked(_ archive: [UInt8]) throws -> [String: [UInt8]] {
    let folder = try TemporaryFolder()
    try Data(archive).write(to: URL(fileURLWithPath: folder.path("a.zip")))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    let script = """
      import zipfile,sys
      with zipfile.ZipFile(sys.argv[1]) as z:
          assert z.testzip() is None
          assert all(i.date_time[0] == 2027 for i in z.infolist())
          z.extractall(sys.argv[2])
      """
    process.arguments = ["-c", script, folder.path("a.zip"), folder.path("out")]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var files: [String: [UInt8]] = [:]
    let root = URL(fileURLWithPath: folder.path("out"))
    for case let file as String in try #require(FileManager.default.enumerator(atPath: root.path)) {
      if let data = FileManager.default.contents(atPath: root.appendingPathComponent(file).path) {
        files[file] = Array(data)
      }
    }
    return files
  }

  private static func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  @Test func `an access package has every column but the withheld ones, files and a manifest that is true`() throws {
    let archive = try Self.contents(.access).archive()
    #expect(archive.rows == 3 && archive.systems == 2 && archive.files == 1)
    let files = try Self.unpacked(archive.bytes)
    #expect(
      files.keys.sorted() == [
        "crm/contact.csv", "crm/contact.json", "index.html", "mailbox/files/all.mbox", "manifest.json",
      ])
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(files["crm/contact.json"] ?? [])) as? [[String: Any]])
    #expect(json.count == 3 && json[0].keys.sorted() == ["Amount", "active", "email", "id", "note", "photo"])
    #expect(json[0]["Amount"] as? Double == -12.5 && json[1]["Amount"] is NSNull && json[0]["active"] as? Bool == true)
    #expect(json[0]["photo"] as? String == "AP8=" && json[2]["email"] as? String == "")
    #expect(json[0]["note"] as? String == "=HYPERLINK(\"http://evil\")")
    let manifest = Self.text(files["manifest.json"])
    for (name, bytes) in files where name != "index.html" && name != "manifest.json" {
      #expect(manifest.contains("\"name\":\"\(name)\",\"sha256\":\"\(PackageLine.File.digest(bytes))\""), "\(name)")
    }
    #expect(manifest.contains("\"aboutOthers\":[\"note\"]") && manifest.contains("\"columnsNotIn\":[\"score\"]"))
    #expect(manifest.contains("\"sharedRowsNotIn\":2") && manifest.contains("\"recordsLeftOut\":1"))
    #expect(manifest.contains("\"why\":\"waived-lost\"") && manifest.contains("\"why\":\"nothing-found\""))
  }

  @Test func `a portability package has only what was declared, nothing about others and no files`() throws {
    let archive = try Self.contents(.portability).archive()
    let files = try Self.unpacked(archive.bytes)
    #expect(files.keys.sorted() == ["crm/contact.csv", "crm/contact.json", "index.html", "manifest.json"])
    #expect(Self.text(files["crm/contact.csv"]).hasPrefix("email,Amount\r\n"))
    let manifest = Self.text(files["manifest.json"])
    #expect(manifest.contains("not-provided-by-you") && manifest.contains("\"columnsNotIn\":[\"id\",\"note\""))
    for file in files.values { #expect(!Self.text(file).contains("HYPERLINK")) }
  }

  @Test func `the page runs nothing, fetches nothing and speaks two languages`() throws {
    let page = Self.text(try Self.unpacked(try Self.contents(.access).archive().bytes)["index.html"])
    #expect(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script"))
    #expect(!page.contains("src=") && !page.contains("http-equiv") && !page.contains("href=\"http"))
    #expect(
      page.contains("artikel 15 AVG") && page.contains("Article 15 GDPR") && page.contains("Kleine Bank &lt;&amp;&gt;"))
    #expect(page.contains("Wat hier niet in zit") && page.contains("href=\"mailbox/files/all.mbox\""))
  }

  /// RFC 4180 as a reader of ours would read it; nil for an empty cell without quotes.
  private static func cells(_ csv: String) -> [[String?]] {
    var (rows, row, cell, quoted, wasQuoted): ([[String?]], [String?], String, Bool, Bool) = ([], [], "", false, false)
    var scalars = Array(csv.unicodeScalars)[...]
    while let next = scalars.popFirst() {
      if quoted {
        if next == "\"", scalars.first == "\"" {
          cell.unicodeScalars.append(next)
          scalars.removeFirst()
        } else if next == "\"" {
          quoted = false
        } else {
          cell.unicodeScalars.append(next)
        }
        continue
      }
      switch next {
      case "\"": (quoted, wasQuoted) = (true, true)
      case ",", "\n":
        row.append(cell.isEmpty && !wasQuoted ? nil : cell)
        (cell, wasQuoted) = ("", false)
        if next == "\n" {
          rows.append(row)
          row = []
        }
      case "\r": break
      default: cell.unicodeScalars.append(next)
      }
    }
    return rows
  }

  /// What the guard of formulas says to take away.
  private static func unguarded(_ text: String) -> String {
    let rest = text.drop { $0 == "'" }
    guard text.first == "'", let first = rest.unicodeScalars.first, "=+-@\t\r".unicodeScalars.contains(first) else {
      return text
    }
    return String(text.dropFirst())
  }

  @Test func `no cell of a CSV is a formula, and every text comes back as it was`() throws {
    let random = SeededRandom(seed: PackageSeed.seed)
    let alphabet = Array("=+-@'\t\r\n,\" aé1")
    let texts =
      ["=1+1", "'=1", "''@x", "'plain", "+31 6 1234", "-", "", " lead", "a\r\nb", "\t=x"]
      + (0..<500).map { _ in
        String((0..<Int(random.bytes(1)[0] % 6)).map { _ in alphabet[Int(random.bytes(1)[0]) % alphabet.count] })
      }
    let table = PackageTable(columns: ["=a", "b"], rows: texts.map { [.text($0), .integer(-1)] })
    let csv = Self.text(table.csv)
    let rows = Self.cells(csv)
    #expect(rows.first?.first == "'=a")
    #expect(rows.count == texts.count + 1)
    for (row, text) in zip(rows.dropFirst(), texts) {
      let cell = try #require(row[0], "an empty text is no NULL")
      #expect(cell.unicodeScalars.first.map { "=+-@\t\r".unicodeScalars.contains($0) } != true, "\(cell)")
      #expect(
        Array(Self.unguarded(cell).utf8) == Array(text.utf8), "\(text.debugDescription), seed \(PackageSeed.seed)")
      #expect(row[1] == "-1")
    }
    #expect(Self.cells(Self.text(PackageTable(columns: ["a"], rows: [[.null]]).csv))[1] == [nil])
  }
}

enum PackageSeed {
  static let seed = ProcessInfo.processInfo.environment["EXPUNGE_SEED"].flatMap { UInt64($0) } ?? 20_261_126
}
