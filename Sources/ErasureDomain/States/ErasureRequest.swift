/// A data subject's request for erasure, from receipt to the last follow-up.
public enum ErasureRequest {
  public enum State: Hashable, Sendable {
    case received
    /// Identity is established.
    case verified
    case refused(ground: String)
    case withdrawn
    case inErasure
    /// Withdrawn while running: some is gone, some was stopped.
    case withdrawnPartly
    /// Every job due now is settled and the last looks saw nothing.
    case concluded
    /// The person is informed.
    case closed
    /// The last follow-up is settled.
    case ended
  }

  public enum Event: Hashable, Sendable {
    case confirmed
    case refused(ground: String)
    case withdrawn
    case erasureStarted
    case planHalted
    case concluded
    case closed
    case ended
  }

  public enum Effect: Hashable, Sendable {
    /// Jobs that can still be stopped are cancelled.
    case cancelJobs
    /// The vault entry is to be destroyed.
    case destroyVault
  }
}

extension ErasureRequest.State {
  public var word: String {
    switch self {
    case .received: "received"
    case .verified: "verified"
    case .refused: "refused"
    case .withdrawn: "withdrawn"
    case .inErasure: "in-erasure"
    case .withdrawnPartly: "withdrawn-partly"
    case .concluded: "concluded"
    case .closed: "closed"
    case .ended: "ended"
    }
  }

  /// Whether the person's data may still lie in the vault.
  public var keepsVault: Bool {
    switch self {
    case .closed, .ended: false
    case .received, .verified, .refused, .withdrawn, .inErasure, .withdrawnPartly, .concluded: true
    }
  }

  /// The transition function. Pure: no clock, no randomness.
  public func applying(_ event: ErasureRequest.Event) throws(IllegalTransition) -> (
    state: ErasureRequest.State, effects: [ErasureRequest.Effect]
  ) {
    switch (self, event) {
    case (.received, .confirmed): return (.verified, [])
    case (.received, .refused(let ground)), (.verified, .refused(let ground)): return (.refused(ground: ground), [])
    case (.received, .withdrawn), (.verified, .withdrawn): return (.withdrawn, [])
    case (.inErasure, .withdrawn): return (.withdrawnPartly, [.cancelJobs])
    case (.verified, .erasureStarted): return (.inErasure, [])
    case (.inErasure, .planHalted): return (.verified, [.cancelJobs])
    case (.inErasure, .concluded): return (.concluded, [])
    case (.concluded, .closed), (.refused, .closed), (.withdrawn, .closed), (.withdrawnPartly, .closed):
      return (.closed, [.destroyVault])
    case (.closed, .ended): return (.ended, [])
    case (.received, _), (.verified, _), (.refused, _), (.withdrawn, _), (.inErasure, _), (.withdrawnPartly, _),
      (.concluded, _), (.closed, _), (.ended, _):
      throw IllegalTransition(machine: "request", state: word, event: event.word)
    }
  }
}

extension ErasureRequest.Event {
  public var word: String {
    switch self {
    case .confirmed: "confirmed"
    case .refused: "refused"
    case .withdrawn: "withdrawn"
    case .erasureStarted: "erasure started"
    case .planHalted: "plan halted"
    case .concluded: "concluded"
    case .closed: "closed"
    case .ended: "ended"
    }
  }
}
