/// The fold of what is learned about a request after its receipt.
enum IntakeFold {
  static func requireLawful(_ facts: RequestReceived) throws {
    if let requester = facts.requester, !requester.isLawful {
      throw FoldProblem.malformed(
        RequestReceived.kind, "for a person younger than 16 the representative asks and is the addressee")
    }
    if facts.rights?.isEmpty == true {
      throw FoldProblem.malformed(RequestReceived.kind, "invokes no right at all")
    }
  }

  static func addIdentifiers(
    _ entry: EvidenceEntry, _ record: inout RequestRecord, in answers: inout some JournalAnswers
  ) throws {
    guard record.state == .received || record.state == .verified else {
      throw FoldProblem.malformed(
        entry.kind, "the request is \(record.state.word): its plan was approved, or it is over")
    }
    if let reference = record.plan, let plan = try answers.plan(reference) {
      switch plan.state {
      case .withdrawn, .halted, .concluded: break
      case .draft, .proposed, .approved, .waiting, .executing, .paused:
        throw FoldProblem.malformed(entry.kind, "plan \(reference) was made without them and must fall first")
      }
    }
    let kinds = try entry.facts(as: IdentifiersAdded.self).identifierKinds
    record.addedKinds = Set((record.addedKinds ?? []) + kinds).sorted()
  }

  /// Both requests know of each other; nothing else of either changes.
  static func link(
    _ entry: EvidenceEntry, _ record: inout RequestRecord, in answers: inout some JournalAnswers
  ) throws {
    let other = try entry.facts(as: RequestLinked.self).other
    guard other != record.request else { throw FoldProblem.malformed(entry.kind, "names the request itself") }
    guard record.state != .ended else { throw FoldProblem.malformed(entry.kind, "the request has ended") }
    guard record.linked?.contains(other) != true else { throw FoldProblem.exists("the link to \(other)") }
    record.linked = (record.linked ?? []) + [other]
    // A bundle of one request does not hold the other.
    guard var earlier = try answers.request(other) else { return }
    earlier.linked = (earlier.linked ?? []) + [record.request]
    try answers.put(earlier)
  }
}
