/// The fold of letters to the person, and the guard that an auditor may rely on (requirements A6, A7, K3).
enum LetterFold {
  static func apply(_ entry: EvidenceEntry, to record: inout RequestRecord) throws {
    let facts = try entry.facts(as: LetterSent.self)
    func malformed(_ why: String) -> FoldProblem { .malformed(entry.kind, why) }
    guard record.letters?.contains(where: { $0.letter == facts.letter }) != true else {
      throw FoldProblem.exists("a letter of kind \(facts.letter.rawValue)")
    }
    guard facts.mac.utf8.count == 64, Hex.decode(facts.mac) != nil, facts.queue.map(LetterSent.isQueueID) ?? true else {
      throw malformed("has no HMAC of the letter, or another queue id than letters and digits")
    }
    guard facts.channel != .mail || facts.letter.isWithoutContent || record.ground != nil else {
      throw malformed("sends content to somebody whose identity is not established")
    }
    switch facts.letter {
    case .acknowledgement:
      guard record.concludedAt == nil else { throw malformed("acknowledges a request that is decided") }
    case .identity:
      guard record.state == .received else { throw malformed("asks for an identity that is established or not needed") }
    case .extension:
      guard record.concludedAt == nil, record.extended != nil, record.received.dueDates.permitsExtension(on: facts.on)
      else {
        throw malformed(
          "tells an extension that there is not, of a request that is decided, or after its first last day")
      }
    case .refusal, .completion, .withdrawn:
      guard SubjectLetterKind.informing(of: record.state) == facts.letter else {
        throw malformed("a \(facts.letter.rawValue) letter does not fit a request that is \(record.state.word)")
      }
    // After closing there is no vault entry, and so no key for the HMAC.
    case .lastCopyGone: throw malformed("a text without name and address is sent by nobody here")
    }
    if SubjectLetterKind.informing(of: record.state) == facts.letter { record.repliedOn = record.repliedOn ?? facts.on }
    record.letters = (record.letters ?? []) + [facts]
  }
}
