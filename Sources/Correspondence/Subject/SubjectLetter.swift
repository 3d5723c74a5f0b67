public import ConnectorKit
public import ErasureDomain

/// A letter to the person, in one language, made from facts.
public struct SubjectLetter: Hashable, Sendable {
  public typealias Kind = SubjectLetterKind

  /// A piece of the letter.
  enum Part: Hashable, Sendable {
    case heading(String)
    /// Lines of one paragraph.
    case paragraph([String])
    case items([String])
    /// A text that is copied as it stands.
    case code(String)
  }

  public let kind: Kind
  public let language: LetterLanguage
  /// One line without the person's data; it is the mail's subject and the page's heading.
  public let subject: String
  public let request: RequestReference
  public let from: LetterParty
  /// The day on the letter.
  public let written: CivilDate
  let parts: [Part]

  /// Makes the letter from a template of its kind.
  ///
  /// Throws what is missing: no letter leaves a fact out, and none is made before its time.
  public init(_ template: SubjectLetterTemplate, _ facts: LetterFacts) throws(LetterProblem) {
    try Self.require(template.kind, facts)
    let filling = LetterFilling(facts: facts, words: SubjectWords(language: template.language))
    kind = template.kind
    language = template.language
    request = facts.request
    from = facts.organisation
    written = facts.today
    subject = try filling.text(template.subject, in: template.kind)
    parts = try filling.parts(of: template)
  }

  /// The readable text, without addresses.
  public var text: String {
    var blocks: [String] = []
    for part in parts {
      switch part {
      case .heading(let text): blocks.append(text + "\n" + String(repeating: "-", count: text.count))
      case .paragraph(let lines): blocks.append(lines.joined(separator: "\n"))
      case .items(let items): blocks.append(items.map { "- \($0)" }.joined(separator: "\n"))
      case .code(let text): blocks.append(text.hasSuffix("\n") ? String(text.dropLast()) : text)
      }
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private static func require(_ kind: Kind, _ facts: LetterFacts) throws(LetterProblem) {
    let fits: Bool =
      switch kind {
      case .acknowledgement, .extension:
        switch facts.state {
        case .received, .verified, .inErasure: true
        case .refused, .withdrawn, .withdrawnPartly, .concluded, .closed, .ended: false
        }
      case .identity: facts.state == .received
      case .refusal, .completion, .withdrawn: Kind.informing(of: facts.state) == kind
      case .lastCopyGone: facts.state == .closed || facts.state == .ended
      }
    guard fits else { throw .notNow(kind, state: facts.state.word) }
    switch kind {
    case .identity, .refusal: break
    // Nobody is told a day that is over.
    case .acknowledgement, .extension:
      guard facts.dueDates.permitsExtension(on: facts.today) else {
        throw .tooLate(kind, since: facts.dueDates.statutory)
      }
    case .completion, .withdrawn:
      guard facts.unsettled.isEmpty else { throw .unsettled(facts.unsettled) }
      if let (system, rule) = facts.withoutStatute.min(by: { $0.key < $1.key }) { throw .noStatute(system, rule: rule) }
    case .lastCopyGone:
      guard !facts.backups.isEmpty else { throw .noBackup }
      let left = facts.backups.filter { $0.goneOn == nil && !$0.endedUnseen }.map(\.system)
      guard left.isEmpty else { throw .backupsLeft(left) }
      let unseen = facts.backups.filter(\.endedUnseen).map(\.system)
      guard unseen.isEmpty else { throw .endedUnseen(unseen) }
    }
  }
}
