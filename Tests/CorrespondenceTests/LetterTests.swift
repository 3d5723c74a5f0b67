import ConnectorKit
import Correspondence
import ErasureDomain
import Foundation
import Testing

/// What letters to recipients and their pages say.
struct `Letters to recipients` {
  private struct NoSample: Error {}

  static let hostile = "<script>alert('x')</script>\"&\u{202E}"

  static func letter(
    _ duty: LetterDuty, _ language: LetterLanguage, name: String = "Voorbeeld & Zonen BV",
    value: String = "ada.devries@example.org", link: String? = "https://wissen.example.nl/v1/letters/j-00.secret"
  ) throws -> RecipientLetter {
    guard let written = CivilDate("2026-03-02"), let answerBy = CivilDate("2026-03-19") else { throw NoSample() }
    return RecipientLetter(
      language: language, duty: duty,
      from: LetterParty(
        name: name, address: ["Lindegracht 1", "1015 KB Amsterdam"], mail: "privacy@voorbeeld.example"),
      to: LetterParty(name: "Drukkerij Café", address: ["Kade 2", "3011 AA Rotterdam"]),
      job: JobReference(bytes: Array(repeating: 2, count: 16)), written: written, answerBy: answerBy,
      identifiers: [
        SubjectIdentifier(kind: IdentifierKind(rawValue: "customer-no"), value: "4711"),
        SubjectIdentifier(kind: .email, value: value),
      ], link: link)
  }

  /// Header and readable body of a mail.
  private static func text(_ mail: MailedLetter) throws -> String {
    let parts = String(decoding: mail.message, as: UTF8.self).components(separatedBy: "\r\n\r\n")
    guard parts.count == 2, let body = Data(base64Encoded: parts[1].filter { !$0.isWhitespace }) else {
      throw NoSample()
    }
    return parts[0].replacing("\r\n", with: "\n") + "\n\n" + String(decoding: body, as: UTF8.self)
  }

  private static func compare(_ text: String, with name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["EXPUNGE_UPDATE_GOLDEN"] == "1" { try Data(text.utf8).write(to: file) }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  @Test(arguments: LetterDuty.allCases, LetterLanguage.allCases)
  func `are as the golden files have them`(duty: LetterDuty, language: LetterLanguage) throws {
    let letter = try Self.letter(duty, language)
    let name = "\(duty.rawValue)-\(language.rawValue)"
    let mail = MailedLetter(letter, to: "privacy@pers.example", at: UTCTime(secondsSince1970: 1_772_442_000))
    try Self.compare(try Self.text(mail), with: "\(name).txt")
    try Self.compare(String(decoding: PrintedLetter(letter).html, as: UTF8.self), with: "\(name)-print.html")
    let page = AnswerPage.form(letter, AnswerForm(today: letter.written))
    try Self.compare(String(decoding: page, as: UTF8.self), with: "\(name)-page.html")
  }

  @Test(arguments: LetterDuty.allCases, LetterLanguage.allCases)
  func `name nobody by mail, also when they remind`(duty: LetterDuty, language: LetterLanguage) throws {
    let letter = try Self.letter(duty, language)
    let time = UTCTime(secondsSince1970: 1_772_442_000)
    for isReminder in [false, true] {
      let mail = MailedLetter(letter, to: "privacy@pers.example", at: time, isReminder: isReminder)
      let text = try Self.text(mail)
      for identifier in letter.identifiers { #expect(!text.contains(identifier.value)) }
      #expect(text.contains(try #require(letter.link)))
      #expect(
        String(decoding: mail.message, as: UTF8.self).components(separatedBy: "\r\n").allSatisfy { $0.count <= 998 })
    }
  }

  @Test func `escape whatever is put into them`() throws {
    let letter = try Self.letter(.instruct, .dutch, name: Self.hostile, value: Self.hostile, link: Self.hostile)
    let fields = Dictionary(uniqueKeysWithValues: AnswerForm.Field.allCases.map { ($0.rawValue, Self.hostile) })
    let form = AnswerForm(fields, to: letter, today: letter.written)
    #expect(form.answer == nil)
    let answer = LetterAnswer(said: .done, name: Self.hostile, date: letter.written)
    for html in [
      PrintedLetter(letter).html, AnswerPage.form(letter, form), AnswerPage.answered(answer, in: .dutch),
    ] {
      let text = String(decoding: html, as: UTF8.self)
      #expect(text.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\u{FFFD}"))
      #expect(!text.contains("<script") && !text.contains("alert('x')") && !text.contains("\u{202E}"))
    }
  }

  @Test func `take an answer that is whole, and say of every other what is wrong`() throws {
    let letter = try Self.letter(.instruct, .english)
    let kept = [
      "said": "kept", "records": "3", "category": "Invoices", "basis": "legal-obligation", "text": "Art. 52 AWR",
      "until": "2031-12-31", "chain": "included", "name": " Piet Pers ", "date": "2026-03-03",
    ]
    let answer = try #require(AnswerForm(kept, to: letter, today: letter.written).answer)
    #expect(answer.word == .completedWithRetention && answer.name == "Piet Pers" && answer.records == 3)
    let wrong: [(AnswerForm.Field, String, AnswerForm.Fault)] = [
      (.said, "denied", .missing), (.records, "-1", .unreadable), (.records, "99999999999", .unreadable),
      (.category, "", .missing), (.basis, "because", .missing), (.text, " ", .missing),
      (.text, String(repeating: "x", count: 2_001), .tooLong), (.until, "2026-03-02", .past),
      (.until, "31-12-2031", .unreadable), (.chain, "", .missing), (.name, "", .missing),
      (.name, String(repeating: "x", count: 201), .tooLong), (.date, "2026-13-01", .unreadable),
      (.date, "2026-03-04", .future),
    ]
    for (field, value, fault) in wrong {
      var fields = kept
      fields[field.rawValue] = value
      let form = AnswerForm(fields, to: letter, today: letter.written)
      #expect(form.answer == nil && form.faults == [field: fault], "\(field) \(value)")
    }
  }
}
