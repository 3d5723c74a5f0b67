/// What a company may say about a notice, in one word.
public enum RecipientWord: String, Hashable, Sendable, Codable, CaseIterable {
  case received
  case inProgress = "in-progress"
  case completed
  case completedWithRetention = "completed-with-retention"
  case noMatch = "no-match"
  case denied
  case cancelled

  /// Whether the company says that nothing more will come.
  public var isFinal: Bool { self != .received && self != .inProgress }
}
