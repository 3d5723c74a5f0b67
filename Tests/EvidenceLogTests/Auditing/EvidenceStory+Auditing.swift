import ErasureDomain
import EvidenceLog

extension EvidenceStory {
  /// The auditor's folder of the story, as the console writes it.
  func auditorsFolder(bundle: RequestReference? = nil, window: Int = 20_000) throws -> MemoryFiles {
    let log = try folder()
    var files = MemoryFiles()
    for (path, bytes) in log.files { files.files["log/\(path)"] = bytes }
    if let bundle {
      for (path, bytes) in try self.bundle(bundle).files { files.files["bundles/1/\(path)"] = bytes }
    }
    let source = try EvidenceSource(log)
    try AuditorsFolder.write(from: source, window: window) { path, bytes in files.files[path, default: []] += bytes }
    files.files["README.txt"] = Array(AuditorsReadMe(source.checkpoint).text.utf8)
    files.files["verify.py"] = AuditorsFolder.verifierBytes
    return files
  }
}

extension MemoryFiles {
  /// A file as text, by lines.
  func lines(_ path: String) -> [String] {
    String(decoding: files[path] ?? [], as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The same with another text in the place of the first of one.
  func replacing(_ old: String, with new: String, in path: String) -> MemoryFiles {
    var changed = self
    let bytes = files[path] ?? []
    if let range = bytes.firstRange(of: Array(old.utf8)) {
      changed.files[path]?.replaceSubrange(range, with: Array(new.utf8))
    }
    return changed
  }
}
