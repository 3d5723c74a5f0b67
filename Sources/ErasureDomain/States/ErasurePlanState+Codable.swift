extension ErasurePlan.State: Codable {
  private struct Wire: Codable {
    var state: String
    var digest: ContentDigest?
    var approvals: [Approval]?
    var until: UTCTime?
    var from: String?
  }

  public init(from decoder: any Decoder) throws {
    let wire = try Wire(from: decoder)
    let state: ErasurePlan.State? =
      switch (wire.state, wire.from) {
      case ("draft", nil): .draft
      case ("proposed", nil): wire.digest.map { .proposed($0) }
      case ("approved", nil): wire.approvals.map { .approved($0) }
      case ("waiting", nil): wire.until.map { .waiting(until: $0) }
      case ("executing", nil): .executing
      case ("paused", "approved"): wire.approvals.map { .paused(from: .approved($0)) }
      case ("paused", "waiting"): wire.until.map { .paused(from: .waiting(until: $0)) }
      case ("paused", "executing"): .paused(from: .executing)
      case ("concluded", nil): .concluded
      case ("halted", nil): .halted
      case ("withdrawn", nil): .withdrawn
      default: nil
      }
    guard let state else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no plan state: \(wire.state)"))
    }
    self = state
  }

  public func encode(to encoder: any Encoder) throws {
    var wire = Wire(state: word)
    switch self {
    case .draft, .executing, .concluded, .halted, .withdrawn: break
    case .proposed(let digest): wire.digest = digest
    case .approved(let approvals): wire.approvals = approvals
    case .waiting(let until): wire.until = until
    case .paused(from: .approved(let approvals)):
      wire.from = "approved"
      wire.approvals = approvals
    case .paused(from: .waiting(let until)):
      wire.from = "waiting"
      wire.until = until
    case .paused(from: .executing): wire.from = "executing"
    }
    try wire.encode(to: encoder)
  }
}

extension ErasureRequest.State: Codable {
  private struct Wire: Codable {
    var state: String
    var ground: String?
  }

  public init(from decoder: any Decoder) throws {
    let wire = try Wire(from: decoder)
    let state: ErasureRequest.State? =
      switch wire.state {
      case "received": .received
      case "verified": .verified
      case "refused": wire.ground.map { .refused(ground: $0) }
      case "withdrawn": .withdrawn
      case "in-erasure": .inErasure
      case "withdrawn-partly": .withdrawnPartly
      case "concluded": .concluded
      case "closed": .closed
      case "ended": .ended
      default: nil
      }
    guard let state else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "no request state: \(wire.state)"))
    }
    self = state
  }

  public func encode(to encoder: any Encoder) throws {
    var wire = Wire(state: word)
    if case .refused(let ground) = self { wire.ground = ground }
    try wire.encode(to: encoder)
  }
}
