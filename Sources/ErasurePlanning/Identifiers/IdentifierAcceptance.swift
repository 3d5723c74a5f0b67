public import ErasureDomain

/// Whether an identifier that was found on the way is searched further without asking anybody.
///
/// One wrong step here erases another person's data, so whatever is not plain is asked.
public enum IdentifierAcceptance: Hashable, Sendable {
  /// Searched further.
  case accepted
  /// Searched already.
  case known
  /// An officer accepts or declines it.
  case ask(Reason)
  /// On the stop list: never searched further, and nobody is asked.
  case stopped

  /// Why an officer is asked.
  public enum Reason: String, Hashable, Sendable, CaseIterable {
    /// It points to several persons, or to none.
    case ambiguous
    /// It was found further from the request than the hop limit allows.
    case tooFar = "too-far"
  }

  /// How many steps from the identifiers of the request an identifier may be found and still be searched unasked.
  ///
  /// One found with the request's own identifiers is one hop away.
  public static let hopLimit = 3

  /// Decides by the rule of the register. `hops` counts from 1; `known` are those already searched with.
  public static func decide(
    _ found: FoundIdentifier, hops: Int, known: [SubjectIdentifier], stopList: StopList
  ) -> IdentifierAcceptance {
    let identity = identity(of: found.identifier)
    if known.contains(where: { Self.identity(of: $0) == identity }) { return .known }
    if stopList.contains(found.identifier) { return .stopped }
    if found.pointsTo != 1 { return .ask(.ambiguous) }
    if hops > hopLimit { return .ask(.tooFar) }
    return .accepted
  }

  /// What makes two identifiers the same one: case does not tell two addresses apart, but may two numbers.
  public static func identity(of identifier: SubjectIdentifier) -> SubjectIdentifier {
    let edges = identifier.value.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    let text = String(edges)
    return SubjectIdentifier(
      kind: identifier.kind, value: identifier.kind == .email ? text.lowercased() : text)
  }
}
