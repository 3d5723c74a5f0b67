import ArgumentParser
import EvidenceLog

/// `expunge-audit verify`: one log folder, one bundle or one auditor's folder.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Rebuild and check a log folder, a bundle or an auditor's folder.",
    discussion: """
      It finds out by itself which of these PATH is. Keys and signers come from your own files, never from PATH.

      EXAMPLE
        expunge-audit verify bundle-of-request-12 --policy my-policy --signers my_allowed_signers
      """)

  @Argument(help: ArgumentHelp("A log folder, an unpacked bundle or an auditor's folder.", valueName: "path"))
  var path: String

  @OptionGroup var options: TrustOptions

  @Flag(help: "Print the result as one line of JSON.")
  var json = false

  func run() throws {
    let result: AuditResult
    let kind: FolderFiles.Kind
    do {
      let trust = try options.trust()
      let files = try FolderFiles(path)
      kind = try files.kind()
      switch kind {
      case .log: result = try LogFolderVerifier(trust: trust, ahead: ReadAhead()).verify(files)
      case .bundle: result = try BundleVerifier(trust: trust).verify(files)
      case .auditor: result = try AuditorsFolderVerifier(trust: trust, ahead: ReadAhead()).verify(files)
      }
    } catch let problem as Unreadable {
      StandardError.write("expunge-audit: \(problem)")
      throw ExpungeAudit.Status.unreadable
    }
    let report = AuditReport(result: result, kind: kind)
    print(json ? try report.json() : report.text)
    if !result.isVerified { throw ExpungeAudit.Status.wrong }
  }
}
