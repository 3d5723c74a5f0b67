import ConnectorKit
import ErasureDomain
import EvidenceLog
import OfficerAPI
import Testing

@testable import Listeners
@testable import OfficerConsole

@Suite struct `Words about work` {
  private let english: PageWords
  private let dutch: PageWords

  init() throws {
    let files = try PageFiles()
    english = files.words(in: .english)
    dutch = files.words(in: .dutch)
  }

  @Test func `explain every code that the command line explains, in the same English, and in Dutch`() {
    for (code, sentence) in CodeWords.sentences {
      #expect(english("failure.\(code)") == sentence)
      #expect(dutch.has("failure.\(code)") && dutch("failure.\(code)") != sentence)
    }
    for (prefix, sentence) in CodeWords.families {
      #expect(english("failure-family.\(prefix.dropLast())") == sentence)
      #expect(JobWords(words: english).code(FailureCode(prefix + "12345")) == sentence)
    }
    #expect(JobWords(words: dutch).code(FailureCode("sqlstate-42p01")) == dutch("failure-family.sqlstate"))
    #expect(JobWords(words: english).code(FailureCode("never-heard-of")) == nil)
  }

  @Test func `have one for everything that a job, a question or a system can be`() {
    var keys = JobVerb.allCases.map { "verb.\($0.rawValue)" }
    keys += Question.Code.allCases.map { "question.\($0.rawValue)" }
    keys += Question.Answer.allCases.flatMap { ["answer.\($0.rawValue)", "answer.\($0.rawValue)-why"] }
      .filter { !$0.hasPrefix("answer.cancel") }
    keys += Voucher.allCases.map { "voucher.\($0.rawValue)" } + WhatWasSeen.allCases.map { "seen.\($0.rawValue)" }
    keys += StorageProof.Level.allCases.map { "storage.\($0.rawValue)" }
    keys += StorageProof.Check.allCases.map { "storage.\($0.rawValue)" }
    keys += SystemRole.allCases.map { "role.\($0.rawValue)" }
    keys += SystemView.State.allCases.flatMap { ["system-state.\($0.rawValue)", "system-state.\($0.rawValue)-why"] }
    keys += RecipientView.State.allCases.flatMap {
      ["recipient-state.\($0.rawValue)", "recipient-state.\($0.rawValue)-why"]
    }
    keys += RecipientCheck.Step.allCases.map { "recipient-step.\($0.rawValue)" }
    keys += RecipientCheck.Result.allCases.map { "recipient-result.\($0.rawValue)" }
    keys += ExceptionGround.allCases.map { "exception-ground.\($0.rawValue)" }
    keys += ListJobs.Group.allCases.map { "job-group.\($0.rawValue)" }
    keys += JobView.WaitsFor.allCases.map { "job-waits.\($0.rawValue)-why" }
    keys += LetterAnswer.Basis.allCases.map { "letter-basis.\($0.rawValue)" }
    keys += LetterAnswer.Said.allCases.map { "jobs.letter-\($0.rawValue)" }
    keys += Weekday.allCases.map { "weekday.\($0)" }
    for key in keys { #expect(english.has(key) && dutch.has(key), "\(key) has no words") }
  }

  @Test func `say what no evidence shows as the verifier does`() {
    #expect(PageRoutes.notShown(english) == AuditResult.notShown)
    #expect(Set(PageRoutes.notShown(dutch)).isDisjoint(with: AuditResult.notShown))
  }

  @Test func `never say that more was seen than was`() throws {
    let words = JobWords(words: english)
    let day = try #require(CivilDate("2026-11-20"))
    let instant = UTCTime(secondsSince1970: 1_772_442_000)
    let setting = JobOutcome.expiryTagged(until: day, untilAt: instant, seen: .setting)
    #expect(words.seen(setting) == "a setting; nobody looked")
    #expect(words.voucher(.unconfirmed(lastAsked: instant)) == "nobody")
    #expect(words.seen(.unconfirmed(lastAsked: instant)) == "only that it was sent")
    #expect(words.seen(.notified(.recipientUnsigned)) == "only that it was sent")
    #expect(words.voucher(.notified(.recipientUnsigned)) == "the company, unsigned")
    for outcome in [JobOutcome.excepted(ground: "art17-3-e"), .cancelled(reason: FailureCode("officer"))] {
      #expect(words.voucher(outcome) == nil && words.seen(outcome) == nil)
    }
    #expect(words.voucher(nil) == nil && words.seen(nil) == nil)
    let look = Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection"))
    let effect = EffectCount(
      dataset: "customer", approved: 1_234, found: 1_234, erased: 1_200, anonymised: 34, isUncertain: true)
    let receipt = try ErasureReceipt(verification: look, effects: [effect])
    #expect(
      words.sentence(for: .anonymised(receipt))
        == "34 rows anonymised, not deleted; 1,200 rows erased; counts not certain")
    #expect(words.seen(.erased(receipt)) == "seen by a second look; removed from the database")
    #expect(JobWords(words: dutch).sentence(for: .erased(receipt)).contains("1.200 rijen gewist"))
  }

  @Test func `mark with the colour of success what was done and nothing else`() {
    let good = ["erased", "nothing-found", "exported"]
    for state in [
      "failed", "awaiting-officer", "unconfirmed", "anonymised", "restricted", "notified", "excepted", "cancelled",
    ] {
      #expect(JobWords.tone(of: state) != "good")
    }
    for state in good { #expect(JobWords.tone(of: state) == "good") }
  }
}
