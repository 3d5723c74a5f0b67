import ErasureDomain
import OfficerAPI
import SubjectVault

// Mails and tickets of the request itself: they hold the person, and stay until their date.
extension OfficerDesk {
  /// Characters of a `Message-ID` or a ticket's number.
  private static let longestReference = 250

  /// The records that are spared, with their date; refuses what names nothing.
  func caseRecords(_ names: [CaseRecord.Kind: [String]], after lastDay: CivilDate) throws -> [CaseRecord] {
    let until = lastDay.adding(months: settings.correspondenceMonths)
    let records = names.flatMap { kind, references in
      references.map { CaseRecord(kind: kind, reference: $0, until: until) }
    }
    guard records.count <= Self.mostIdentifiers else {
      throw Refusal(.invalid, "at most \(Self.mostIdentifiers) mails and tickets of the request itself")
    }
    for record in records {
      guard !record.reference.isEmpty, record.reference.count <= Self.longestReference,
        !record.reference.contains(where: \.isWhitespace)
      else {
        throw Refusal(
          .invalid,
          "a \(record.kind.rawValue) of the request itself is named by its Message-ID or number, without spaces")
      }
    }
    return Array(Set(records)).sorted { ($0.kind.rawValue, $0.reference) < ($1.kind.rawValue, $1.reference) }
  }

  /// What the plan says of them.
  func caseNotices(about plan: ErasurePlan, _ words: DeskWords) async throws -> [String] {
    guard try await vault.contains(plan.request),
      let records = try await vault.get([CaseRecord].self, .caseRecords, of: plan.request), let last = records.first
    else { return [] }
    return [
      words(
        "mails and tickets of the request itself (\(records.count)) are not part of it: in services that tell which they are "
          + "they stay until \(last.until), as proof of what was asked and answered",
        "mails en tickets van het verzoek zelf (\(records.count)) horen er niet bij: in diensten die zeggen welke het zijn "
          + "blijven ze tot \(DeskWords.dutch(last.until)), als bewijs van vraag en antwoord")
    ]
  }
}
