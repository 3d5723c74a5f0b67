import ConnectorKit
import ErasureDomain
import TestKit

/// A recipient who gets a letter with a link and answers on its page.
final class PageSystem: Connector, PageAnswering {
  struct Settings: Codable, Sendable {}

  static let kind = ConnectorKind("page")

  init() {}

  init(settings: Settings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem("a page system is made by its test")
  }

  static func token(of job: JobReference) -> LetterToken { LetterToken(for: job, using: SeededRandom(seed: 5)) }

  static func answer(_ said: LetterAnswer.Said, by name: String = "Piet Pers") -> LetterAnswer {
    let kept = LetterAnswer.Kept(category: "x", basis: .other, text: "y", until: .last)
    return LetterAnswer(said: said, records: 2, kept: said == .kept ? kept : nil, name: name, date: .first)
  }

  func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  func erase(_ order: ErasureOrder, before: any EffectRecorder) async throws(ConnectorFailure) -> ErasureProgress {
    let link = "https://erasure.example" + LetterToken.path + Self.token(of: order.job).text
    try await before.remember(link, as: RememberedLink.name)
    try await before.record(PreparedEffect(effects: []))
    return .handedOver(checkAfterSeconds: .max)
  }

  func letter(_ order: ErasureOrder) throws(ConnectorFailure) -> RecipientLetter {
    let party = LetterParty(name: "x", address: ["y"])
    return RecipientLetter(
      language: .english, duty: .instruct, from: party, to: party, job: order.job, written: .first, answerBy: .last,
      identifiers: order.identifiers, link: order.remembered[RememberedLink.name])
  }

  func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    Verification(voucher: .us, seen: .dispatch, path: FailureCode("none"))
  }

  func poll(_ order: ErasureOrder) async throws(ConnectorFailure) -> RecipientAnswer {
    guard let body = order.remembered[RememberedCall.name] else { return .pending(retryAfterSeconds: nil) }
    guard let answer = try? CanonicalJSON.decode(LetterAnswer.self, from: Array(body.utf8)) else {
      throw .permanent(FailureCode("unreadable"))
    }
    let path = answer.isEntered == true ? CallbackReceived.enteredPath : CallbackReceived.pagePath
    let seen = Verification(voucher: .recipientUnsigned, seen: .confirmation, path: path)
    return answer.said == .nothingFound ? .noMatch(seen) : .completed(seen, rows: answer.records)
  }
}
