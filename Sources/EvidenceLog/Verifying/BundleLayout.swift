import ErasureDomain

/// The files of a bundle by what they are.
struct BundleLayout {
  static let readme = "README.txt"
  static let policy = "policy"
  static let report = "report.txt"
  static let verifier = "verify.py"
  static let page = "index.html"
  static let artifacts = LogFolderLayout.artifacts

  /// Indexes of entries, ascending.
  private(set) var entries: [UInt64] = []
  private(set) var proofs: Set<UInt64> = []
  private(set) var approvals: [String] = []
  private(set) var artifacts: [ContentDigest] = []
  private(set) var consistency: [(path: String, old: UInt64, new: UInt64)] = []
  private(set) var hasReport = false
  private(set) var hasVerifier = false
  private(set) var hasPage = false

  init(_ paths: [String], _ result: inout AuditResult) {
    var missing: Set<String> = [Self.readme, Self.policy]
    for path in paths.sorted() {
      missing.remove(path)
      switch path {
      case CheckpointCheck.path, Self.readme, Self.policy, StampCheck.path, StampCheck.authorities: continue
      case Self.report: hasReport = true
      case Self.verifier: hasVerifier = true
      case Self.page: hasPage = true
      default: if !take(path) { result.wrong(path, "this file does not belong to an evidence bundle") }
      }
    }
    entries.sort()
    for path in missing.sorted() { result.wrong(path, "the file is absent and belongs to every bundle") }
  }

  private mutating func take(_ path: String) -> Bool {
    if let index = Self.number(path, in: "entries/", ending: ".json") {
      entries.append(index)
    } else if let index = Self.number(path, in: "proofs/", ending: ".tlog-proof") {
      proofs.insert(index)
    } else if let digest = LogFolderLayout.artifact(path) {
      artifacts.append(digest)
    } else if Self.number(path, in: "approvals/", ending: ".txt") != nil
      || Self.number(path, in: "approvals/", ending: ".sig") != nil
    {
      approvals.append(path)
    } else if let (old, new) = Self.sizes(path) {
      consistency.append((path, old, new))
    } else {
      return false
    }
    return true
  }

  private static func number(_ path: String, in folder: String, ending: String) -> UInt64? {
    let bytes = Array(path.utf8)
    guard bytes.starts(with: folder.utf8), bytes.suffix(ending.utf8.count).elementsEqual(ending.utf8),
      bytes.count > folder.utf8.count + ending.utf8.count
    else { return nil }
    return Lines.number(bytes[folder.utf8.count..<(bytes.count - ending.utf8.count)])
  }

  private static func sizes(_ path: String) -> (UInt64, UInt64)? {
    guard let name = Lines.value(of: Array(path.utf8), after: "consistency/") else { return nil }
    let parts = name.split(separator: 0x2D, omittingEmptySubsequences: false).map { Lines.number($0) }
    guard parts.count == 2, let old = parts[0], let new = parts[1] else { return nil }
    return (old, new)
  }
}
