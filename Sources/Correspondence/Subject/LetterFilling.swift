import ConnectorKit
import ErasureDomain

/// Puts facts into a template.
struct LetterFilling {
  let facts: LetterFacts
  let words: SubjectWords

  /// The letter's pieces; a section whose list is empty is left out.
  func parts(of template: SubjectLetterTemplate) throws(LetterProblem) -> [SubjectLetter.Part] {
    var parts: [SubjectLetter.Part] = []
    for piece in template.pieces {
      if let section = piece.section, try block(section).isEmpty { continue }
      switch piece.content {
      case .heading(let text): parts.append(.heading(try self.text(text, in: template.kind)))
      case .lines(let lines):
        var filled: [String] = []
        for line in lines { filled.append(try text(line, in: template.kind)) }
        parts.append(.paragraph(filled))
      case .block(let placeholder):
        let items = try block(placeholder)
        guard !items.isEmpty else { continue }
        parts.append(placeholder == .code ? .code(items[0]) : .items(items))
      }
    }
    return parts
  }

  /// A line with its placeholders filled in.
  func text(_ line: SubjectLetterTemplate.Line, in kind: SubjectLetterKind) throws(LetterProblem) -> String {
    var text = ""
    for element in line.elements {
      switch element {
      case .text(let own): text += own
      case .placeholder(let placeholder): text += try inline(placeholder, kind)
      }
    }
    return text
  }

  private func inline(_ placeholder: LetterPlaceholder, _ kind: SubjectLetterKind) throws(LetterProblem) -> String {
    let dates = facts.dueDates
    switch placeholder {
    case .organisation: return facts.organisation.name
    case .request: return facts.request.text
    case .today: return words.day(facts.today)
    case .received: return words.day(dates.received)
    case .lastDay: return words.day(dates.statutory)
    case .lastDayReason: return words.lastDayReason(dates)
    case .newLastDay:
      guard let day = facts.newLastDay else { throw .notExtended }
      return words.day(day)
    case .reason:
      guard let reason = Self.said(facts.texts.reason) else { throw .noReason(kind) }
      return reason
    case .step:
      guard let step = Self.said(facts.texts.step) else { throw .noStep }
      return step
    case .complaint: return words.complaint
    case .remedy: return words.remedy
    case .doneOn:
      guard let day = facts.doneOn else { throw .noBackup }
      return words.day(day)
    case .goneOn:
      guard let day = facts.backups.compactMap(\.goneOn).max() else { throw .noBackup }
      return words.day(day)
    // The template's reader lets no block into a line.
    case .systems, .notFound, .kept, .backups, .recipients, .exceptions, .packages, .code: return ""
    }
  }

  private static func said(_ text: String?) -> String? {
    guard let text, text.contains(where: { !$0.isWhitespace }) else { return nil }
    return text
  }

  private func block(_ placeholder: LetterPlaceholder) throws(LetterProblem) -> [String] {
    switch placeholder {
    case .systems: return facts.systems.compactMap(words.done) + facts.measured.map(words.measured)
    case .notFound: return facts.systems.compactMap(words.notFound)
    case .kept: return KeptDates.group(facts.kept).map(words.kept)
    case .backups:
      let lines = facts.backups.map { words.backup($0, today: facts.today) }
      return facts.backups.contains { $0.goneOn == nil && !$0.endedUnseen } ? lines + [words.backupsLeft] : lines
    case .recipients: return facts.recipients.map(words.recipient)
    case .exceptions:
      return facts.systems.compactMap(words.exception) + facts.rejected.map(words.rejected)
        + facts.leftOut.map(words.leftOut)
    case .packages: return facts.packages.map(words.package)
    case .code:
      guard let code = facts.code else { throw .noCode }
      return [code.description]
    case .organisation, .request, .today, .received, .lastDay, .lastDayReason, .newLastDay, .reason, .step, .complaint,
      .remedy, .doneOn, .goneOn:
      return []
    }
  }
}
