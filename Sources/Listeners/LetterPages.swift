import ConnectorKit
import Correspondence
public import ErasureDomain
public import ErasureEngine

/// Answers those who follow the link of a letter.
public protocol LetterPageHandler: Sendable {
  /// Shows what is under a token. Changes nothing: programs that scan mail follow links too.
  func page(of token: String) async -> PageReply
  /// Takes a filled-in form (`application/x-www-form-urlencoded`).
  func answer(_ body: [UInt8], to token: String) async -> PageReply
}

/// A page, and the status it comes with.
public struct PageReply: Hashable, Sendable {
  public let status: Int
  public let html: [UInt8]
  public let retryAfterSeconds: Int?

  public init(status: Int, html: [UInt8], retryAfterSeconds: Int? = nil) {
    self.status = status
    self.html = html
    self.retryAfterSeconds = retryAfterSeconds
  }
}

/// The pages of letters: what is taken and what not is the intake's matter, what they say that of `Correspondence`.
public struct LetterPages: LetterPageHandler {
  private let intake: LetterIntake
  private let clock: any CivilClock

  public init(intake: LetterIntake, clock: any CivilClock) {
    self.intake = intake
    self.clock = clock
  }

  public func page(of token: String) async -> PageReply { reply(to: await intake.look(token)) }

  public func answer(_ body: [UInt8], to token: String) async -> PageReply {
    let standing = await intake.look(token)
    guard case .open(let letter) = standing else { return reply(to: standing) }
    guard let fields = FormFields(body) else { return PageReply(status: 400, html: AnswerPage.unavailable) }
    let form = AnswerForm(fields.values, to: letter, today: clock.today)
    guard let answer = form.answer else { return PageReply(status: 422, html: AnswerPage.form(letter, form)) }
    switch await intake.answer(answer, to: token) {
    case .taken, .gone, .unknownJob: return reply(to: await intake.look(token))
    case .busy, .unsigned, .malformed, .contradicts, .tooMany:
      return PageReply(status: 503, html: AnswerPage.form(letter, form, isLost: true), retryAfterSeconds: 10)
    }
  }

  private func reply(to standing: LetterIntake.Standing) -> PageReply {
    switch standing {
    case .unknown: PageReply(status: 404, html: AnswerPage.unknown)
    case .gone: PageReply(status: 410, html: AnswerPage.gone)
    case .open(let letter):
      PageReply(status: 200, html: AnswerPage.form(letter, AnswerForm(today: clock.today)))
    case .answered(let answer, let language): PageReply(status: 200, html: AnswerPage.answered(answer, in: language))
    case .unavailable: PageReply(status: 503, html: AnswerPage.unavailable, retryAfterSeconds: 60)
    }
  }
}
