/// Why data need not be erased although erasure was asked for: an exception of Art. 17(3) GDPR, or a restriction by law
/// (Art. 23 GDPR).
public enum ExceptionGround: String, Hashable, Sendable, Codable, CaseIterable {
  /// Freedom of expression and information.
  case expression = "art17-3-a"
  /// A legal obligation, or a task in the public interest.
  case legalObligation = "art17-3-b"
  /// Public interest in the area of public health.
  case publicHealth = "art17-3-c"
  /// Archiving, research, statistics.
  case archiving = "art17-3-d"
  /// Establishment, exercise or defence of legal claims.
  case legalClaims = "art17-3-e"
  /// A national law that restricts the right, as Art. 41 UAVG does.
  case restriction = "art23-national"
}
