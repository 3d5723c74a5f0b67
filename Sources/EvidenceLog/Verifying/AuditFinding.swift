/// One thing that is wrong with evidence: where, and why in one sentence.
public struct AuditFinding: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The index of the entry that is wrong, where it is one entry.
  public let entry: UInt64?
  /// The file that is wrong or that holds the entry.
  public let path: String?
  /// The first byte of it in the file, from 0, where that is known.
  public let byte: Int?
  /// What is wrong.
  public let reason: String

  /// A finding.
  public init(entry: UInt64? = nil, path: String? = nil, byte: Int? = nil, reason: String) {
    self.entry = entry
    self.path = path
    self.byte = byte
    self.reason = reason
  }

  /// The place and the reason in one line.
  public var description: String {
    var place: [String] = []
    if let entry { place.append("entry \(entry)") }
    if let path { place.append(byte.map { "\(path), byte \($0)" } ?? path) }
    guard let first = place.first else { return reason }
    return place.count > 1 ? "\(first) (\(place[1])): \(reason)" : "\(first): \(reason)"
  }
}
