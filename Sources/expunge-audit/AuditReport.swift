import ErasureDomain
import EvidenceLog

/// The words for a result: first what no evidence shows, then what was and was not checked, last the verdict.
struct AuditReport {
  let result: AuditResult
  let kind: FolderFiles.Kind

  var text: String {
    var lines = ["What evidence does not show:"]
    lines += AuditResult.notShown.map { "  - \($0)" }
    lines += section("Checked:", result.checked)
    lines += section("Not checked:", result.notChecked)
    lines += section("Worth a look:", result.warnings)
    lines.append("")
    guard let first = result.first else { return (lines + ["VERIFIED"]).joined(separator: "\n") }
    lines += section("Also wrong:", result.findings.filter { $0 != first }.map(\.description))
    if result.furtherFindings > 0 { lines.append("  - and \(result.furtherFindings) more") }
    let subject = kind.rawValue
    lines += ["", "WRONG: this \(subject) is not what was signed, or what was signed breaks the rules.", "\(first)"]
    return lines.joined(separator: "\n")
  }

  private func section(_ title: String, _ items: [String]) -> [String] {
    items.isEmpty ? [] : ["", title] + items.map { "  - \($0)" }
  }

  private struct Wire: Encodable {
    var verified: Bool
    var kind: String
    var first: AuditFinding?
    var findings: [AuditFinding]
    var furtherFindings: Int
    var warnings: [String]
    var numbers: [String: String]
    var checked: [String]
    var notChecked: [String]
    var notShown: [String]
  }

  func json() throws -> String {
    let wire = Wire(
      verified: result.isVerified, kind: kind.rawValue, first: result.first,
      findings: result.findings, furtherFindings: result.furtherFindings, warnings: result.warnings,
      numbers: result.numbers,
      checked: result.checked, notChecked: result.notChecked, notShown: AuditResult.notShown)
    return String(decoding: try CanonicalJSON.encode(wire), as: UTF8.self)
  }
}
