/// Why a due date cannot be computed. Nothing is ever guessed instead.
public enum DeadlineProblem: Error, Hashable, Sendable {
  /// The day lies outside the years for which the calendar holds data.
  case yearWithoutData(day: CivilDate, ruleSet: String, years: ClosedRange<Int>)
  /// More days off in a row than any calendar has; the data must be wrong.
  case noWorkingDay(near: CivilDate, ruleSet: String)
  /// Proof of identity came before it was asked for.
  case proofBeforeAsking(asked: CivilDate, proof: CivilDate)
  /// A question about identity before the request was received.
  case askedBeforeReceipt(received: CivilDate, asked: CivilDate)
}

extension DeadlineProblem: CustomStringConvertible {
  /// What is missing, and what to do.
  public var description: String {
    switch self {
    case .yearWithoutData(let day, let ruleSet, let years):
      """
      holiday calendar "\(ruleSet)" knows the years \(years.lowerBound) to \(years.upperBound) and not \(day); \
      install a release with newer holiday data, or choose a flavour that covers the year
      """
    case .noWorkingDay(let day, let ruleSet):
      "holiday calendar \"\(ruleSet)\" has no working day near \(day); correct its data"
    case .proofBeforeAsking(let asked, let proof):
      "identity was proved on \(proof), before it was asked for on \(asked); correct one of the dates"
    case .askedBeforeReceipt(let received, let asked):
      "identity was asked for on \(asked), before the request was received on \(received); correct one of the dates"
    }
  }
}
