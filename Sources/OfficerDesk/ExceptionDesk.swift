import ErasureDomain
import OfficerAPI

// What stays by an officer's decision: on a typed ground, by a statute, until a day (C2).
extension OfficerDesk {
  /// Terms that may go into the evidence.
  func checked(_ terms: ExceptionTerms?, _ request: RequestReference) async throws -> ExceptionTerms {
    guard let terms else {
      throw Refusal(
        .invalid,
        "say on which ground it stays (\(ExceptionGround.allCases.map(\.rawValue).joined(separator: ", "))), by which "
          + "statute, and until which day or by when somebody looks at it again")
    }
    if let problem = terms.problem(on: clock.today) { throw Refusal(.invalid, problem) }
    try await requireNoPerson(terms.citation, request, in: "statute's line")
    return terms
  }
}
