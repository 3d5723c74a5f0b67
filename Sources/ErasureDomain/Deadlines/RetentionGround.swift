/// Why a record may be kept although its erasure was asked for: the exception of Art. 17(3) GDPR.
public enum RetentionGround: String, Hashable, Sendable, Codable, CaseIterable {
  /// A statute demands it, or a task in the public interest does (b).
  case legalObligation = "legal-obligation"
  /// Public interest in the area of public health (c).
  case publicHealth = "public-health"
  /// Archiving in the public interest, research or statistics (d).
  case archiving
  /// To establish, exercise or defend legal claims (e).
  case legalClaims = "legal-claims"
  /// A supervisory authority's guideline and no statute: the controller itself must be able to give the reason.
  case guideline

  /// The exception as reports write it; nil for a guideline, which is none.
  public var article: String? {
    switch self {
    case .legalObligation: "Art. 17(3)(b) GDPR"
    case .publicHealth: "Art. 17(3)(c) GDPR"
    case .archiving: "Art. 17(3)(d) GDPR"
    case .legalClaims: "Art. 17(3)(e) GDPR"
    case .guideline: nil
    }
  }

  /// For people: the exception, or that there is none.
  public var text: String { article ?? "guideline, no statute" }
}
