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

extension RecipientWord {
  /// Whether a job that is settled so may hear this word: a company cannot take back what it has said.
  public func agrees(with outcome: JobOutcome) -> Bool {
    switch outcome {
    case .erased: self != .noMatch && self != .denied && self != .cancelled
    case .nothingFound: self != .completedWithRetention && self != .denied && self != .cancelled
    case .anonymised, .restricted, .notified, .unconfirmed, .expiryTagged, .exported, .excepted, .cancelled: true
    }
  }
}
