import ErasureDomain

/// The words of a plan, the same in table and details.
enum PlanWords {
  static func role(_ role: SystemRole) -> String { role.rawValue }

  /// What a job does to its system.
  static func action(_ verb: JobVerb) -> String {
    switch verb {
    case .erase: "rows are erased"
    case .instruct: "is told to erase (Art. 28)"
    case .notify: "is told (Art. 19)"
    case .stopSending: "is asked not to send again"
    case .tagExpiry: "backup sets get their last day"
    case .manual: "done by hand, two people sign"
    case .export: "is read for the person"
    case .eraseKept: "kept rows are erased"
    case .confirmExpiry: "tagged sets are seen gone"
    }
  }

  static func reason(_ reason: Coverage.Reason) -> String {
    switch reason {
    case .notRestored: "was not restored: this request erases again in one system"
    case .otherCapacity: "knows people in another capacity"
    case .nothingFound: "searched, nothing found"
    case .noDataYet: "gets no data yet"
    case .toldThroughSuccessor: "ceased, its successor is told"
    case .nobodyToTell: "ceased, nobody to tell"
    case .groundRejected: "no ground applies, see Grounds"
    case .erasureNotAsked: "the person asks for a copy only"
    }
  }

  /// Why a category stays.
  static func rejection(_ rejection: GroundRejection) -> String {
    switch rejection {
    case .stillNecessary: "still necessary for its purpose"
    case .otherLegalBasis: "the processing has another legal basis"
    case .overridingGrounds: "overriding legitimate grounds"
    case .processingIsLawful: "the processing is lawful"
    case .noDutyToErase: "no law demands it"
    case .notFromChild: "not collected from a child"
    }
  }

  static func ground(_ ground: ErasureGround) -> String {
    let words =
      switch ground {
      case .noLongerNecessary: "no longer necessary"
      case .consentWithdrawn: "consent withdrawn"
      case .objection: "objection"
      case .unlawfulProcessing: "unlawful processing"
      case .legalObligation: "legal obligation"
      case .childConsent: "consent of a child"
      }
    return "\(ground.article), \(words)"
  }

  /// `3 until 2031-01-01 (nl-fiscal-7y)`; `1 start event open, reviewed 2027-11-23 (nl-wwft-5y)`.
  static func kept(_ kept: KeptCount) -> String {
    "\(kept.count) \(kept.isConditional ? "start event open, reviewed" : "until") \(kept.until) (\(kept.rule))"
  }

  static func count(_ number: Int, _ one: String, _ many: String) -> String { "\(number) \(number == 1 ? one : many)" }
}
