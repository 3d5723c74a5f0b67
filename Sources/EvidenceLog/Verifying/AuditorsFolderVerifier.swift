import ErasureDomain

/// Checks an auditor's folder: the log in it as any log folder, the bundles as any bundles, and every file that was made
/// from the log by making it again.
public struct AuditorsFolderVerifier: Sendable {
  private let trust: AuditTrust
  private let window: Int?
  private let ahead: any WorkAhead

  /// A verifier for an auditor; `window` is how many accounts are made at once, `ahead` is as in `LogFolderVerifier`.
  public init(trust: AuditTrust, window: Int? = nil, ahead: any WorkAhead = InTurn()) {
    self.trust = trust
    self.window = window
    self.ahead = ahead
  }

  /// Reads every file. Throws only what reading throws; everything wrong is in the result.
  public func verify<Files: EvidenceFiles>(_ files: Files) throws -> AuditResult {
    let paths = try files.list()
    let bundles = Self.bundles(paths)
    let log = FilesBelow(AuditorsFolder.log, of: files)
    var result = try LogFolderVerifier(trust: try self.trust(with: bundles, files), ahead: ahead).verify(log)
      .below(AuditorsFolder.log)
    requireLayout(paths, &result)
    var bundled: [String: BundledRequest] = [:]
    for bundle in bundles {
      let folder = "\(AuditorsFolder.bundles)/\(bundle)"
      let found = try BundleVerifier(trust: trust).verify(FilesBelow(folder, of: files)).below(folder)
      for finding in found.findings { result.add(finding) }
      result.furtherFindings += found.furtherFindings
      let known = Set(result.warnings)
      result.warnings += found.warnings.filter { !known.contains($0) }.map { "\(folder): \($0)" }
      result.checked.append("\(folder): \(found.isVerified ? "verified" : "WRONG") as a bundle")
      if found.isVerified, let request = try BundledRequest(FilesBelow(folder, of: files)) { bundled[bundle] = request }
    }
    if result.findings.contains(where: { $0.path?.utf8.starts(with: "\(AuditorsFolder.log)/".utf8) ?? true }) {
      result.notChecked.append("the tables and the page: they are made from the log, which is wrong")
    } else {
      try compare(files, log, &result)
      try compare(bundled, log, &result)
    }
    result.notChecked.append("README.txt: it is for people and no evidence")
    result.compareVerifier(try files.read(AuditorsFolder.verifier))
    return result
  }

  // MARK: Layout

  private static func bundles(_ paths: [String]) -> [String] {
    let start = AuditorsFolder.bundles + "/"
    let names = paths.filter { $0.utf8.starts(with: start.utf8) }.compactMap {
      $0.dropFirst(start.count).split(separator: "/", omittingEmptySubsequences: false).first.map(String.init)
    }
    return Set(names).filter { Lines.number(Array($0.utf8)) != nil }.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
  }

  /// Every bundle's checkpoint must be of this log: it is compared like one that the auditor had kept.
  private func trust(with bundles: [String], _ files: some EvidenceFiles) throws -> AuditTrust {
    guard !bundles.isEmpty else { return trust }
    let signed = try bundles.compactMap { try files.read("\(AuditorsFolder.bundles)/\($0)/\(CheckpointCheck.path)") }
    return AuditTrust(policy: trust.policy, allowedSigners: trust.allowedSigners, earlier: trust.earlier + signed)
  }

  private func requireLayout(_ paths: [String], _ result: inout AuditResult) {
    let own = Set(AuditorsFolder.made + [AuditorsFolder.readMe, AuditorsFolder.verifier])
    let bundles = Set(Self.bundles(paths).map { "\(AuditorsFolder.bundles)/\($0)/" })
    for path in paths.sorted() where !own.contains(path) {
      guard !path.utf8.starts(with: "\(AuditorsFolder.log)/".utf8) else { continue }
      guard !bundles.contains(where: { path.utf8.starts(with: $0.utf8) }) else { continue }
      result.wrong(path, "this file does not belong to an auditor's folder")
    }
    for path in own.subtracting(paths).sorted() {
      result.wrong(path, "the file is absent and belongs to every auditor's folder")
    }
  }

  // MARK: Bundles

  /// Each bundle is of the request whose number it has, and holds every entry that the log had of it.
  private func compare<Files: EvidenceFiles>(
    _ bundles: [String: BundledRequest], _ log: FilesBelow<Files>, _ result: inout AuditResult
  ) throws {
    guard !bundles.isEmpty else { return }
    let names = RequestNames(bundles.values.map(\.request))
    var indexes: [RequestReference: [UInt64]] = [:]
    try EvidenceSource(log).walk { index, bytes in
      guard names.mayHold(bytes) else { return }
      guard let request = try EvidenceSource<FilesBelow<Files>>.entry(bytes, index).subject.request else { return }
      indexes[request, default: []].append(index)
    }
    for (name, bundle) in bundles.sorted(by: { $0.value.number < $1.value.number }) {
      let folder = "\(AuditorsFolder.bundles)/\(name)"
      guard name == "\(bundle.number)" else {
        result.wrong(folder, "this is the bundle of request \(bundle.number)")
        continue
      }
      let wanted = (indexes[bundle.request] ?? []).filter { $0 < bundle.size }
      let absent = wanted.filter { !bundle.entries.contains($0) }
      for index in absent {
        result.wrong(
          "\(folder)/entries/\(index).json", "the file is absent: in the log the entry is of this request")
      }
      guard absent.isEmpty else { continue }
      result.checked.append(
        "\(folder): it holds each of the \(wanted.count) entries that the log had of request \(bundle.number)")
    }
  }

  // MARK: What was made

  private func compare<Files: EvidenceFiles>(
    _ files: Files, _ log: FilesBelow<Files>, _ result: inout AuditResult
  ) throws {
    var comparison = try MadeFiles(files)
    do {
      try AuditorsFolder.write(
        from: EvidenceSource(log), window: window ?? AccountWalk<FilesBelow<Files>>.usualWindow
      ) { path, bytes in try comparison.take(path, bytes) }
    } catch let problem as AuditingProblem {
      return result.wrong(AuditorsFolder.log, "\(problem)")
    }
    try comparison.finish()
    for finding in comparison.findings { result.add(finding) }
    result.notChecked += comparison.notChecked
    if comparison.findings.isEmpty {
      result.checked.append(
        "\(AuditorsFolder.made.count - comparison.notChecked.count) tables and pages were made again from the log and are the "
          + "same, \(comparison.lines[AuditorsFolder.requests, default: 1] - 1) requests among them")
    }
  }
}

/// What a verified bundle in an auditor's folder is of.
private struct BundledRequest {
  let request: RequestReference
  let number: Int
  /// The size of the log when the bundle was made.
  let size: UInt64
  let entries: Set<UInt64>

  init?(_ files: some EvidenceFiles) throws {
    let source = try EvidenceSource(files)
    var received: (RequestReference, Int)?
    var entries: Set<UInt64> = []
    try source.entries { index, entry in
      guard let request = entry.subject.request else { return }
      entries.insert(index)
      guard entry.kind == RequestReceived.kind else { return }
      received = (request, try entry.facts(as: RequestReceived.self).number)
    }
    guard let received else { return nil }
    (request, number) = received
    size = source.checkpoint.size
    self.entries = entries
  }
}

/// Compares files, piece by piece, with what they should be.
private struct MadeFiles<Files: EvidenceFiles> {
  private let files: Files
  private var offsets: [String: Int] = [:]
  private(set) var lines: [String: Int] = [:]
  private var wrong: Set<String> = []
  private(set) var findings: [AuditFinding] = []
  private(set) var notChecked: [String] = []

  /// Whether another version of the program made the folder.
  private let isOtherForm: Bool

  init(_ files: Files) throws {
    self.files = files
    let page = try files.read(AuditorsFolder.index, from: 0, count: 1 << 16) ?? []
    isOtherForm = AuditorsIndex.form(of: page).map { $0 != AuditorsFolder.format } ?? false
  }

  mutating func take(_ path: String, _ bytes: [UInt8]) throws {
    guard !wrong.contains(path) else { return }
    let offset = offsets[path, default: 0]
    guard let found = try files.read(path, from: offset, count: bytes.count) else {
      // That it is absent was said.
      wrong.insert(path)
      return
    }
    guard found == bytes else { return differ(path, offset, bytes, found) }
    offsets[path] = offset + bytes.count
    lines[path, default: 0] += bytes.count { $0 == Lines.newline }
  }

  private mutating func differ(_ path: String, _ offset: Int, _ bytes: [UInt8], _ found: [UInt8]) {
    wrong.insert(path)
    if isOtherForm, AuditorsFolder.changing.contains(path) {
      notChecked.append("\(path): it has another form than this program makes")
      return
    }
    let same = zip(bytes, found).prefix { $0 == $1 }
    let line = lines[path, default: 0] + same.count { $0.0 == Lines.newline } + 1
    var reason = "line \(line) is not the one that the log gives"
    if path == AuditorsFolder.requests, line > 1 { reason += ": it should be that of request \(line - 1)" }
    findings.append(AuditFinding(path: path, byte: offset + same.count, reason: reason))
  }

  mutating func finish() throws {
    for path in AuditorsFolder.made where !wrong.contains(path) {
      let offset = offsets[path, default: 0]
      guard let more = try files.read(path, from: offset, count: 1), !more.isEmpty else { continue }
      findings.append(
        AuditFinding(
          path: path, byte: offset,
          reason: "line \(lines[path, default: 0] + 1) and what follows are not from the log"))
    }
  }
}

extension AuditResult {
  /// Whether the second verifier beside the evidence is the one that this program carries. It is not run.
  mutating func compareVerifier(_ bytes: [UInt8]?) {
    if bytes == AuditorsFolder.verifierBytes {
      checked.append("verify.py is the one that this program carries; it was not run")
    } else {
      notChecked.append(
        "verify.py: another version than this program carries, or a changed one; use a copy of your own")
    }
  }

  /// The same, with the paths of a folder within a folder.
  func below(_ folder: String) -> AuditResult {
    var result = self
    result.findings = findings.map {
      AuditFinding(entry: $0.entry, path: $0.path.map { "\(folder)/\($0)" } ?? folder, byte: $0.byte, reason: $0.reason)
    }
    return result
  }
}
