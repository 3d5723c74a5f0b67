import ErasureDomain

/// A few Dutch words for the entries that a request's history has most often; codes stay codes.
enum DutchHistory {
  /// Nil for a kind that has words in English alone; empty where its title says all.
  static func words(for entry: EvidenceEntry) -> String? {
    do { return try read(entry) } catch { return "(leest niet)" }
  }

  private static func read(_ entry: EvidenceEntry) throws -> String? {
    switch entry.kind {
    case RequestReceived.kind, DeadlineExtended.kind, IdentityAsked.kind, IdentityProved.kind, ReceiptCorrected.kind,
      DeadlineNear.kind:
      return try dates(entry)
    case IdentifiersAdded.kind:
      return try entry.facts(as: IdentifiersAdded.self).identifierKinds.map(\.rawValue).joined(separator: ", ")
    case RequestLinked.kind:
      let facts = try entry.facts(as: RequestLinked.self)
      return "\(facts.other) is van dezelfde persoon (\(facts.seen.rawValue))"
    case RequestConfirmed.kind: return "identiteit met \(try entry.facts(as: RequestConfirmed.self).method)"
    case RequestRefused.kind: return "grond \(try entry.facts(as: RequestRefused.self).ground)"
    case LookupMade.kind:
      let facts = try entry.facts(as: LookupMade.self)
      return "\(facts.systems) systemen doorzocht" + (facts.columns.map { ", \($0) kolommen" } ?? "")
    case PlanProposed.kind: return "\(try entry.facts(as: PlanProposed.self).jobs) taken"
    case CategoryDecided.kind:
      let facts = try entry.facts(as: CategoryDecided.self)
      return "\(facts.system), \(facts.category): \(facts.ground.article) "
        + (facts.rejected.map { "verworpen (\($0.rawValue))" } ?? "aanvaard")
    case PlanApproved.kind:
      return try entry.facts(as: PlanApproved.self).enough ? "het plan mag lopen" : "er moet nog iemand tekenen"
    case HoldSet.kind:
      let facts = try entry.facts(as: HoldSet.self)
      return "\(facts.system) (\(facts.ground.rawValue)), opnieuw bekijken vóór \(day(facts.reviewBefore))"
    case HoldReleased.kind: return "\(try entry.facts(as: HoldReleased.self).system): wat bleef moet nu weg"
    case HoldOverdue.kind: return "\(try entry.facts(as: HoldOverdue.self).system): de dag om opnieuw te kijken is er"
    case CaseFileKept.kind:
      let facts = try entry.facts(as: CaseFileKept.self)
      return "tot en met \(day(facts.until)), twee van \(facts.people) mensen openen het samen"
    default: return try work(entry) ?? end(entry)
    }
  }

  private static func dates(_ entry: EvidenceEntry) throws -> String? {
    switch entry.kind {
    case RequestReceived.kind:
      let facts = try entry.facts(as: RequestReceived.self)
      return
        "nummer \(facts.number), ontvangen \(day(facts.receivedOn)), uiterste datum \(day(facts.dueDates.statutory))"
    case DeadlineExtended.kind:
      let facts = try entry.facts(as: DeadlineExtended.self)
      return "\(facts.reason.rawValue): uiterste datum \(day(facts.statutory)), werken naar \(day(facts.workTo))"
    case IdentityAsked.kind:
      let facts = try entry.facts(as: IdentityAsked.self)
      return "met \(facts.method.rawValue), vanwege de twijfel \(facts.doubt)"
    case IdentityProved.kind:
      let facts = try entry.facts(as: IdentityProved.self)
      return facts.suspendedDays == 0
        ? "op \(day(facts.on)), niets opgeschort"
        : "op \(day(facts.on)), \(facts.suspendedDays) dagen opgeschort: uiterste datum \(day(facts.statutory))"
    case ReceiptCorrected.kind:
      let facts = try entry.facts(as: ReceiptCorrected.self)
      return
        "al ontvangen op \(day(facts.receivedOn)) (\(facts.reason)): uiterste datum \(day(facts.dueDates.statutory))"
    default:
      let facts = try entry.facts(as: DeadlineNear.self)
      return "nog ten hoogste \(facts.lead) werkdagen tot \(day(facts.workTo))"
    }
  }

  private static func work(_ entry: EvidenceEntry) throws -> String? {
    switch entry.kind {
    case AttemptStarted.kind: return "poging \(try entry.facts(as: AttemptStarted.self).epoch)"
    case AttemptPrepared.kind:
      let rows = try entry.facts(as: AttemptPrepared.self).effects.reduce(0) {
        $0 + $1.erased + $1.reduced + ($1.anonymised ?? 0) + ($1.restricted ?? 0)
      }
      return rows == 0 ? "" : "\(rows) rijen staan op het punt te gaan"
    case JobSettled.kind: return words(for: try entry.facts(as: JobSettled.self).outcome)
    case TagsWritten.kind: return "\(try entry.facts(as: TagsWritten.self).count) herkenningstekens"
    case TaskAttested.kind:
      return try entry.facts(as: TaskAttested.self).found ? "gevonden en vernietigd" : "niets gevonden"
    case ReprobeMade.kind:
      let facts = try entry.facts(as: ReprobeMade.self)
      return "\(facts.system), dag \(facts.day): \(facts.certain) zeker terug, \(facts.possible) misschien"
    case FindingOpened.kind: return "\(try entry.facts(as: FindingOpened.self).remaining) rijen opnieuw gezien"
    default: return nil
    }
  }

  private static func end(_ entry: EvidenceEntry) throws -> String? {
    switch entry.kind {
    case RequestConcluded.kind: return "regels \(try entry.facts(as: RequestConcluded.self).entries)"
    case LetterSent.kind:
      let facts = try entry.facts(as: LetterSent.self)
      return
        "\(facts.letter.rawValue), \(facts.language), per \(facts.channel == .mail ? "mail" : "post"), \(facts.proof)"
    case SubjectInformed.kind: return "via \(try entry.facts(as: SubjectInformed.self).channel)"
    default: return HistoryWords.words(for: entry).isEmpty ? "" : nil
    }
  }

  private static func words(for outcome: JobOutcome) -> String {
    switch outcome {
    case .erased(let receipt):
      let kept = receipt.effects.flatMap(\.kept).reduce(0) { $0 + $1.count }
      return "\(receipt.erased) rijen gewist" + (kept > 0 ? ", \(kept) gebleven" : "")
    case .anonymised(let receipt):
      return "\(receipt.anonymised) rijen geanonimiseerd, niet gewist"
        + (receipt.erased > 0 ? "; \(receipt.erased) gewist" : "")
    case .restricted(let receipt):
      return "\(receipt.restricted) rijen buiten gebruik gesteld, niet gewist"
        + (receipt.erased > 0 ? "; \(receipt.erased) gewist" : "")
    case .nothingFound: return "niets gevonden"
    case .expiryTagged(let until, _, let seen):
      return (seen == .setting ? "eindigt vanzelf" : "gemerkt") + ", laatste dag \(day(until))"
    case .unconfirmed: return "nooit bevestigd"
    case .notified: return "verteld"
    case .exported(let waived): return waived ? "niets meegenomen, na een besluit" : "de betrokkene heeft het"
    case .excepted(let ground): return "uitgezonderd (\(ground))"
    case .cancelled(let reason): return "geannuleerd (\(reason))"
    }
  }

  private static func day(_ day: CivilDate) -> String { DeskWords.dutch(day) }
}
