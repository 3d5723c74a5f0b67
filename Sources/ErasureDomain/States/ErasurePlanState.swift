extension ErasurePlan {
  /// Where a plan stands.
  public enum State: Hashable, Sendable {
    case draft
    case proposed(ContentDigest)
    /// Signed, by fewer people than needed or before the first claim.
    case approved([Approval])
    /// A way back before the first irreversible step.
    case waiting(until: UTCTime)
    case executing
    case paused(from: Resumable)
    case concluded
    case halted
    case withdrawn
  }

  /// What a paused plan goes back to.
  public enum Resumable: Hashable, Sendable {
    case approved([Approval])
    case waiting(until: UTCTime)
    case executing
  }

  public enum Event: Hashable, Sendable {
    case proposed(ContentDigest)
    /// A finding changed, or a record was left out: the proposal is void.
    case changed
    /// One more signature; `enough` when the configured number of people has signed.
    case approved(Approval, enough: Bool)
    case waitingStarted(until: UTCTime)
    case executionStarted
    case paused
    case resumed
    case concluded
    case halted
    case withdrawn
  }

  public enum Effect: Hashable, Sendable {
    /// The plan's jobs come into being.
    case createJobs
    /// Nothing of the plan may be claimed.
    case holdJobs
    case releaseJobs
    case cancelJobs
  }
}

/// A decision of a person over a plan's bytes.
public struct Approval: Hashable, Sendable, Codable {
  public let by: PersonReference
  /// `SHA256:` and unpadded base64 of the public key blob's hash, as `ssh-keygen -l` prints it.
  public let keyFingerprint: String
  /// The approval text that was signed, an artifact.
  public let text: ContentDigest
  /// Its SSHSIG, an artifact.
  public let signature: ContentDigest

  public init(by: PersonReference, keyFingerprint: String, text: ContentDigest, signature: ContentDigest) {
    self.by = by
    self.keyFingerprint = keyFingerprint
    self.text = text
    self.signature = signature
  }
}

extension ErasurePlan.State {
  public var word: String {
    switch self {
    case .draft: "draft"
    case .proposed: "proposed"
    case .approved: "approved"
    case .waiting: "waiting"
    case .executing: "executing"
    case .paused: "paused"
    case .concluded: "concluded"
    case .halted: "halted"
    case .withdrawn: "withdrawn"
    }
  }

  /// The transition function. Pure: no clock, no randomness.
  public func applying(_ event: ErasurePlan.Event) throws(IllegalTransition) -> (
    state: ErasurePlan.State, effects: [ErasurePlan.Effect]
  ) {
    switch (self, event) {
    case (.draft, .proposed(let digest)): return (.proposed(digest), [])
    case (.proposed, .changed): return (.draft, [])
    case (.proposed, .approved(let approval, let enough)): return (.approved([approval]), enough ? [.createJobs] : [])
    case (.approved(let approvals), .approved(let approval, let enough)):
      return (.approved(approvals + [approval]), enough ? [.createJobs] : [])
    case (.approved, .changed): return (.draft, [])
    case (.approved, .waitingStarted(let until)): return (.waiting(until: until), [])
    case (.approved, .executionStarted), (.waiting, .executionStarted): return (.executing, [])
    case (.executing, .executionStarted): return (.executing, [])
    case (.approved(let approvals), .paused): return (.paused(from: .approved(approvals)), [.holdJobs])
    case (.waiting(let until), .paused): return (.paused(from: .waiting(until: until)), [.holdJobs])
    case (.executing, .paused): return (.paused(from: .executing), [.holdJobs])
    case (.paused(from: .approved(let approvals)), .resumed): return (.approved(approvals), [.releaseJobs])
    case (.paused(from: .waiting(let until)), .resumed): return (.waiting(until: until), [.releaseJobs])
    case (.paused(from: .executing), .resumed): return (.executing, [.releaseJobs])
    // A plan whose exports were all waived ends before anything of it began, also while it waits.
    case (.executing, .concluded), (.approved, .concluded), (.waiting, .concluded): return (.concluded, [])
    case (.approved, .halted), (.waiting, .halted), (.executing, .halted), (.paused, .halted):
      return (.halted, [.cancelJobs])
    case (.draft, .withdrawn), (.proposed, .withdrawn): return (.withdrawn, [])
    case (.approved, .withdrawn), (.waiting, .withdrawn): return (.withdrawn, [.cancelJobs])
    case (.draft, _), (.proposed, _), (.approved, _), (.waiting, _), (.executing, _), (.paused, _), (.concluded, _),
      (.halted, _), (.withdrawn, _):
      throw IllegalTransition(machine: "plan", state: word, event: event.word)
    }
  }
}

extension ErasurePlan.Event {
  public var word: String {
    switch self {
    case .proposed: "proposed"
    case .changed: "changed"
    case .approved: "approved"
    case .waitingStarted: "waiting started"
    case .executionStarted: "execution started"
    case .paused: "paused"
    case .resumed: "resumed"
    case .concluded: "concluded"
    case .halted: "halted"
    case .withdrawn: "withdrawn"
    }
  }
}
