import ErasureDomain

/// What a replay has seen, for the summary.
struct ReplayCounts {
  var entries = 0
  var requests = 0
  var plans = 0
  var approvals = 0
  var refusals = 0
  var attestations = 0
  var attempts = 0
  var settled = 0
  var reports = 0
  var coverages = 0
  var clockSteps = 0
  var recoveries = 0
  var releases = 0
  var stops = 0
  var passes = 0
  var changesSigned = 0
  /// The rules that the log promises to keep.
  var rules = LogRules.first
  /// Entries of requests whose replay had ended before.
  var notReplayed = 0
  /// Requests whose plan was not there.
  var withoutPlan = 0
  /// Reports that could not be made again.
  var reportsNotMade = 0
  /// Signatures whose text or signature is not there any more.
  var signaturesNotChecked = 0
  /// Signatures by keys that were not looked up, for want of allowed signers.
  var signersNotChecked = 0
  var unknownKinds: [String: Int] = [:]
  /// Facts that this program does not know, with the kinds that have them, and the first entry of each.
  private(set) var unknownFacts: [String: UInt64] = [:]
  private(set) var hasFurtherUnknownFacts = false
  var isPractice = false

  private static let mostUnknownFacts = 100

  mutating func note(_ unknown: [String], of kind: EntryKind, at index: UInt64) {
    for name in unknown where unknownFacts["\(kind) \(name)"] == nil {
      guard unknownFacts.count < Self.mostUnknownFacts else {
        hasFurtherUnknownFacts = true
        return
      }
      unknownFacts["\(kind) \(name)"] = index
    }
  }
}
