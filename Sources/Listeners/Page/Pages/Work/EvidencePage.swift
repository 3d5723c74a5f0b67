import Correspondence
import ErasureDomain
import EvidenceLog
import OfficerAPI
import OfficerDesk

/// The whole log: what an auditor is told about it, and how he checks it without us.
struct EvidencePage: Sendable {
  let facts: [JobPage.Fact]
  let isAnchored: Bool
  let checkpoint: String?
  let key: String
  let commands: String
  let notShown: [String]
}

/// The evidence of one request: what is in the bundle, and what a check of it shows.
struct BundlePage: Sendable {
  struct Part: Sendable {
    let name: String
    let what: String
    let files: String
    let bytes: String
  }

  let number: String
  let isVerified: Bool
  let wrong: [String]
  let hasReport: Bool
  let parts: [Part]
  let checked: [String]
  let notChecked: [String]
  let hasNotChecked: Bool
  let warnings: [String]
  let hasWarnings: Bool
  let notShown: [String]
  let command: String
  let canDossier: Bool
  let canName: Bool
}

/// The erasure report, to be printed.
struct ReportPage: Sendable {
  let number: String
  let text: String?
}

/// Files of a bundle in memory.
struct BundleFiles: EvidenceFiles, Sendable {
  let files: [String: [UInt8]]

  init(_ exported: ExportedEvidence) throws {
    var files: [String: [UInt8]] = [:]
    for file in exported.files {
      guard let bytes = Base64.decode(file.content) else {
        throw Refusal(.unavailable, "a file of the bundle does not read")
      }
      files[file.path] = bytes
    }
    self.files = files
  }

  func read(_ path: String) throws -> [UInt8]? { files[path] }

  func list() throws -> [String] { Array(files.keys) }

  /// One archive of all of them, below a folder of its own.
  func zip(in folder: String, at now: UTCTime, _ words: PageWords) throws -> [UInt8] {
    let size = files.values.reduce(0) { $0 + $1.count + 512 }
    guard files.count < ZipArchive.mostFiles, size < ZipArchive.mostBytes else {
      throw PageRefusal(.refused, words("evidence.too-large"))
    }
    let second = Int(now.seconds(since: now.utcDay.utcMidnight))
    let day = now.utcDay
    var archive = ZipArchive(
      at: (day.year, day.month, day.day, second / 3_600, second / 60 % 60, second % 60))
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) { archive.add("\(folder)/\(path)", bytes) }
    return archive.finished
  }
}

// What an auditor would get.
extension PageRoutes {
  static let evidence: [PageRoute] = [
    .get("/evidence", .call(ExportEvidence.name)) { visit in
      if let request = visit.query["request"].flatMap({ Int($0) }) { return .redirect("/requests/\(request)/evidence") }
      return .page("evidence", title: visit.words("evidence.title"), content: try await wholeLog(visit))
    },
    .get("/requests/{request}/evidence", .call(ExportEvidence.name)) { visit in
      let page = try await bundlePage(visit)
      return .page("bundle", title: visit.words("evidence.title-request", page.number), content: page)
    },
    .get("/requests/{request}/evidence.zip", .call(ExportEvidence.name)) { visit in
      let number = try requestNumber(visit)
      let files = try BundleFiles(try await visit.call(ExportEvidence(request: number)))
      let name = "evidence-request-\(number)"
      return .file(
        name: name + ".zip", type: "application/zip",
        bytes: try files.zip(in: name, at: visit.desk.civilClock.now(), visit.words))
    },
    .get("/requests/{request}/report", .call(ExportEvidence.name)) { visit in
      let number = try requestNumber(visit)
      let files = try BundleFiles(try await visit.call(ExportEvidence(request: number)))
      let text = files.files["report.txt"].map { String(decoding: $0, as: UTF8.self) }
      return .page(
        "report", title: visit.words("evidence.report-title", number), content: ReportPage(number: number, text: text))
    },
    .post("/requests/{request}/dossier", .call(MakeDossier.name)) { visit in
      let number = try requestNumber(visit)
      let dossier = try await visit.call(MakeDossier(request: number, withPerson: visit.form["person"] != nil))
      let name = "dossier-request-\(number)"
      return .file(
        name: name + ".zip", type: "application/zip",
        bytes: try BundleFiles(dossier.files).zip(in: name, at: visit.desk.civilClock.now(), visit.words))
    },
  ]

  /// The request's number as the path has it: it names files, so nothing else may stand there.
  private static func requestNumber(_ visit: PageVisit) throws -> String {
    String(try Int(visit.part("request")).orThrow(PageRefusal(.notFound, visit.words("problem.nothing"))))
  }

  private static func wholeLog(_ visit: PageVisit) async throws -> EvidencePage {
    let head = try await visit.desk.logHead()
    let note = try head.checkpoint.map { try SignedNote(parsing: $0.note) }
    let own = try NoteVerifierKey(parsing: head.key)
    let others = (note?.signatures ?? []).filter { !$0.isBy(own) }.map(\.keyName)
    var facts: [JobPage.Fact] = []
    func add(_ word: String, _ value: String) {
      facts.append(JobPage.Fact(name: visit.words(word), value: value))
    }
    add("evidence.origin", head.origin)
    add("evidence.size", visit.words.number(Int(clamping: head.size)))
    add(
      "evidence.covered",
      head.checkpoint.map { visit.words.number(Int(clamping: $0.size)) } ?? visit.words("evidence.no-checkpoint"))
    add("evidence.anchored", others.isEmpty ? visit.words("evidence.not-anchored") : others.joined(separator: ", "))
    return EvidencePage(
      facts: facts, isAnchored: !others.isEmpty,
      checkpoint: head.checkpoint.map { String(decoding: $0.note, as: UTF8.self) }, key: head.key,
      commands: """
        expunge-audit verify /srv/evidence \(trust(visit)) --old checkpoint.last-year
        python3 verify.py /srv/evidence \(trust(visit)) --old checkpoint.last-year
        """,
      notShown: notShown(visit.words))
  }

  /// The auditor's own files, and the address at which alone a browser's signature counts.
  private static func trust(_ visit: PageVisit) -> String {
    "--key log.vkey --signers allowed_signers --page-origin \(DeskSettings.origin(of: visit.page.settings.url))"
  }

  /// What no evidence shows, in the visitor's language.
  static func notShown(_ words: PageWords) -> [String] {
    AuditResult.notShown.indices.map { words("evidence.not-shown-\($0 + 1)") }
  }

  private static func bundlePage(_ visit: PageVisit) async throws -> BundlePage {
    let number = try requestNumber(visit)
    let files = try BundleFiles(try await visit.call(ExportEvidence(request: number)))
    let result = try BundleVerifier(trust: try await visit.desk.ownTrust()).verify(files)
    let findings = result.findings.map(\.description)
    let more = result.furtherFindings > 0 ? [visit.words("evidence.further", String(result.furtherFindings))] : []
    return BundlePage(
      number: number, isVerified: result.isVerified, wrong: findings + more,
      hasReport: files.files["report.txt"] != nil, parts: parts(of: files, visit), checked: result.checked,
      notChecked: result.notChecked, hasNotChecked: !result.notChecked.isEmpty, warnings: result.warnings,
      hasWarnings: !result.warnings.isEmpty, notShown: notShown(visit.words),
      command: """
        unzip evidence-request-\(number).zip
        expunge-audit verify evidence-request-\(number) \(trust(visit))
        """,
      canDossier: visit.may(MakeDossier.name), canName: visit.may(ShowRequest.name))
  }

  /// The bundle folder by folder: a long request has thousands of files.
  private static func parts(of files: BundleFiles, _ visit: PageVisit) -> [BundlePage.Part] {
    let folders = Dictionary(grouping: files.files) { String($0.key.prefix { $0 != "/" }) }
    return folders.sorted { $0.key < $1.key }.map { folder, inside in
      let isFolder = inside.contains { $0.key.contains("/") }
      return BundlePage.Part(
        name: isFolder ? folder + "/" : folder, what: visit.words.code("bundle-part", folder),
        files: visit.words.number(inside.count),
        bytes: visit.words.number(inside.reduce(0) { $0 + $1.value.count }))
    }
  }
}
