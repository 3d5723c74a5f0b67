/// What an audit found, what it looked at, and what it could not look at.
public struct AuditResult: Hashable, Sendable, Codable {
  /// The most findings that are kept; damage of one file can make many.
  public static let maximumFindings = 100

  /// Everything that is wrong, damage of files first, then entry by entry.
  public var findings: [AuditFinding] = []
  /// Findings beyond `maximumFindings`.
  public var furtherFindings = 0
  /// What is not wrong and still worth an auditor's eye.
  public var warnings: [String] = []
  /// Every number of a request, each once, under the word for the state in which its request is: `1-3,7`.
  public var numbers: [String: String] = [:]
  /// What was checked.
  public var checked: [String] = []
  /// What could not be checked, and what would be needed.
  public var notChecked: [String] = []

  /// A result without anything in it.
  public init() {}

  /// Whether nothing wrong was found.
  public var isVerified: Bool { findings.isEmpty }

  /// The first thing that is wrong: the earliest entry, or a file where no entry is to blame.
  public var first: AuditFinding? {
    findings.filter { $0.entry != nil }.min { ($0.entry ?? 0) < ($1.entry ?? 0) } ?? findings.first
  }

  /// What no evidence of this kind can show; said before every result.
  public static let notShown = [
    "that no copy exists in a system nobody registered",
    "that the daemon did not lie at the moment of writing",
    "that blocks on a disk are gone",
    "a stolen log key can add lies; it cannot rewrite what a witness or an authority has seen",
  ]

  mutating func add(_ finding: AuditFinding) {
    if findings.count < Self.maximumFindings { findings.append(finding) } else { furtherFindings += 1 }
  }

  mutating func wrong(_ path: String, byte: Int? = nil, _ reason: String) {
    add(AuditFinding(path: path, byte: byte, reason: reason))
  }
}
