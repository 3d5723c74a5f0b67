/// The fold of the destruction of artifacts: of a request that has ended, and of no other.
enum ArtifactFold {
  /// An entry of the log's own stream: nothing of the request comes after its end.
  static func apply(_ entry: EvidenceEntry, in answers: inout some JournalAnswers) throws {
    guard entry.kind == ArtifactsDestroyed.kind else { return }
    let facts = try entry.facts(as: ArtifactsDestroyed.self)
    guard var record = try answers.request(facts.about), record.state == .ended else {
      throw FoldProblem.malformed(entry.kind, "the request has not ended, and needs its artifacts")
    }
    record.artifactsDestroyed = true
    try answers.put(record)
  }
}
