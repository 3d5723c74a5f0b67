import ArgumentParser
import EvidenceLog

/// Evidence that is read and not verified: a log folder, a bundle, or the log in an auditor's folder.
enum EvidencePlace {
  case folder(EvidenceSource<FolderFiles>)
  case inside(EvidenceSource<FilesBelow<FolderFiles>>)

  init(_ path: String) throws {
    let files = try FolderFiles(path)
    switch try files.kind() {
    case .log, .bundle: self = .folder(try EvidenceSource(files))
    case .auditor: self = .inside(try EvidenceSource(FilesBelow(AuditorsFolder.log, of: files)))
    }
  }

  /// Runs a command's work; what cannot be read ends the program with its own status.
  static func reading(_ body: () throws -> Void) throws {
    do { try body() } catch let problem as Unreadable {
      StandardError.write("expunge-audit: \(problem)")
      throw ExpungeAudit.Status.unreadable
    } catch let problem as AuditingProblem {
      StandardError.write("expunge-audit: \(problem)")
      throw ExpungeAudit.Status.wrong
    }
  }
}
