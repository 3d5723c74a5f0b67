/// What is done at once with a person's data, before and without an erasure, and can be put back.
public enum RestrictionMeasure: String, Hashable, Sendable, Codable, CaseIterable {
  /// Only stored (Art. 18 GDPR).
  case restriction
  /// Used for direct marketing no more (Art. 21(2) and (3) GDPR): an objection that nobody weighs.
  case marketing
}
