extension ErasureJob.State: Codable {
  private struct Wire: Codable {
    var state: String
    var lease: Lease?
    var at: UTCTime?
    var due: CivilDate?
    var question: Question?
    var code: FailureCode?
    var outcome: JobOutcome?
  }

  public init(from decoder: any Decoder) throws {
    let wire = try Wire(from: decoder)
    let state: ErasureJob.State? =
      switch wire.state {
      case "blocked": .blocked
      case "ready": .ready
      case "running": wire.lease.map { .running($0) }
      case "waiting-to-retry": wire.at.map { .waitingToRetry(until: $0) }
      case "awaiting-recipient": wire.at.map { .awaitingRecipient(checkAt: $0) }
      case "awaiting-officer": wire.question.map { .awaitingOfficer($0) }
      case "follow-up":
        if let due = wire.due, let at = wire.at { .followUp(due: due, from: at) } else { nil }
      case "failed": wire.code.map { .failed($0) }
      case "settled": wire.outcome.map { .settled($0) }
      default: nil
      }
    guard let state else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no job state: \(wire.state)"))
    }
    self = state
  }

  public func encode(to encoder: any Encoder) throws {
    var wire = Wire(state: word)
    switch self {
    case .blocked, .ready: break
    case .running(let lease): wire.lease = lease
    case .waitingToRetry(let until): wire.at = until
    case .awaitingRecipient(let checkAt): wire.at = checkAt
    case .awaitingOfficer(let question): wire.question = question
    case .followUp(let due, let from):
      wire.due = due
      wire.at = from
    case .failed(let code): wire.code = code
    case .settled(let outcome):
      wire.state = "settled"
      wire.outcome = outcome
    }
    try wire.encode(to: encoder)
  }
}
