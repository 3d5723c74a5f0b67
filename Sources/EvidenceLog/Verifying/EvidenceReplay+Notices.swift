import ErasureDomain

// The rules of requests that came as notices of other companies.
extension EvidenceReplay {
  /// One notice makes one request: its reference follows from sender and notice.
  mutating func checkNotice(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: NoticeReceived.self)
    guard entry.subject.request == RequestReference(sender: facts.sender, notice: facts.notice) else {
      return wrong(place, "the request's reference is not the one that this notice makes")
    }
  }

  /// The receipt that we gave says what the entry says, under the key that it names.
  mutating func checkAnswer(_ entry: EvidenceEntry, _ place: Place) throws {
    let facts = try entry.facts(as: NoticeAnswered.self)
    guard facts.receipt != nil, let notice = entry.subject.request.flatMap({ answers.request($0) })?.notice else {
      return
    }
    guard let claims = holdingClaims(place) else { return }
    let retained = claims.retained.map {
      NoticeAnswered.Retained(category: $0.category, until: $0.until, basis: $0.basis)
    }
    guard claims.job == notice.notice, claims.status == facts.status.contractWord,
      claims.recordsErased == facts.recordsErased, retained == facts.retained ?? []
    else { return wrong(place, "its receipt says something else than the entry") }
  }
}
