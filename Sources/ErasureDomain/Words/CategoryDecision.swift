/// Why no ground of Art. 17(1) GDPR applies to a category of data, so that it is not erased. Each answers one ground.
public enum GroundRejection: String, Hashable, Sendable, Codable, CaseIterable {
  /// The data are still needed for the purpose they were collected for.
  case stillNecessary = "still-necessary"
  /// Consent was withdrawn, and the processing rests on another legal basis.
  case otherLegalBasis = "other-legal-basis"
  /// The person objected, and overriding legitimate grounds were shown (Art. 21(1)).
  case overridingGrounds = "overriding-grounds"
  /// The processing is not unlawful.
  case processingIsLawful = "processing-lawful"
  /// No law demands that they are erased.
  case noDutyToErase = "no-duty-to-erase"
  /// They were not collected when a service was offered to a child (Art. 8(1)).
  case notFromChild = "not-from-child"

  /// The ground that it rejects.
  public var ground: ErasureGround {
    switch self {
    case .stillNecessary: .noLongerNecessary
    case .otherLegalBasis: .consentWithdrawn
    case .overridingGrounds: .objection
    case .processingIsLawful: .unlawfulProcessing
    case .noDutyToErase: .legalObligation
    case .notFromChild: .childConsent
    }
  }
}

/// One line of a decision on a request: for a category of data in a system, the ground of Art. 17(1) GDPR that was accepted,
/// or why it was rejected, and who decided (requirements C1).
public struct CategoryDecision: Hashable, Sendable, Codable {
  public var system: SystemName
  /// The register's word for the kind of data, a code.
  public var category: String
  /// The datasets that hold it; nil where a system has none, and in the decision as an officer made it.
  public var datasets: [String]?
  public var ground: ErasureGround
  /// Why the ground does not apply: the category is not erased. Nil where it is accepted.
  public var rejected: GroundRejection?
  /// Who decided: an officer for this line, or who accepted the whole request.
  public var by: PersonReference

  public init(
    system: SystemName, category: String, datasets: [String]? = nil, ground: ErasureGround,
    rejected: GroundRejection? = nil, by: PersonReference
  ) {
    self.system = system
    self.category = category
    self.datasets = datasets
    self.ground = ground
    self.rejected = rejected
    self.by = by
  }

  /// What is wrong with it for a person, in words; nothing where it holds.
  public func problem(isMinor: Bool) -> String? {
    guard SystemName.isName(category) else { return "a category is a code such as contact or purchases" }
    guard let rejected else { return nil }
    guard rejected.ground == ground else {
      return "\(rejected.rawValue) is an answer to the ground \(rejected.ground.article), and this line has "
        + ground.article
    }
    guard !(isMinor && rejected == .overridingGrounds) else {
      return "the person is younger than 16, and no legitimate interest of ours overrides that (Art. 17(1)(f) GDPR)"
    }
    return nil
  }
}
