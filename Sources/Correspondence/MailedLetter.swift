public import ConnectorKit
public import ErasureDomain

/// A letter as mail (RFC 5322): it says what is asked and holds the link, and names no person.
///
/// A repeated one has the same `Message-ID`.
public struct MailedLetter: Sendable {
  /// The whole message, with CRLF, as `sendmail -t -i` takes it.
  public let message: [UInt8]

  /// A reminder has an id of its own and belongs to the first mail.
  public init(_ letter: RecipientLetter, to address: String, at time: UTCTime, isReminder: Bool = false) {
    let words = LetterWords(language: letter.language)
    let host = letter.from.mail?.split(separator: "@").last ?? "localhost"
    let first = "<\(letter.job)@\(host)>"
    let prefix = isReminder ? words("Herinnering – ", "Reminder – ") : ""
    var headers = [
      "From: \(MailHeader.phrase(letter.from.name)) <\(letter.from.mail ?? "")>",
      "To: \(MailHeader.phrase(letter.to.name)) <\(address)>",
      "Subject: \(MailHeader.unstructured(prefix + words.subject(letter.duty), after: "Subject"))",
      "Date: \(MailHeader.date(time))",
      "Message-ID: \(isReminder ? "<\(letter.job).reminder@\(host)>" : first)",
    ]
    if isReminder { headers += ["In-Reply-To: \(first)", "References: \(first)"] }
    headers += [
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
    ]
    let body = Self.body(letter, words, isReminder: isReminder)
    let lines = headers + [""] + Self.lines(of: Base64.encode(body.utf8))
    message = Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
  }

  /// What the reader reads.
  static func body(_ letter: RecipientLetter, _ words: LetterWords, isReminder: Bool) -> String {
    var paragraphs = [words("Geachte lezer,", "Dear reader,")]
    if isReminder {
      paragraphs.append(
        words(
          "Op \(words.day(letter.written)) schreven wij u dit. Wij hebben nog geen antwoord.",
          "We wrote this to you on \(words.day(letter.written)). We have no answer yet."))
    }
    paragraphs += words.duty(letter)
    paragraphs += [
      words(
        "Over wie het gaat, staat niet in deze mail. U leest het op onze pagina, en daar antwoordt u ook:",
        "This mail does not say who it is about. You read that on our page, and answer there:"),
      letter.link ?? "",
      words(
        "Antwoord uiterlijk op \(words.day(letter.answerBy)). De koppeling werkt voor één antwoord; geef haar alleen aan wie bij u antwoordt.",
        "Please answer by \(words.day(letter.answerBy)). The link works for one answer; pass it only to whoever answers for you."
      ),
      ([words("Met vriendelijke groet,", "Kind regards,"), "", letter.from.name] + letter.from.address
        + [letter.from.mail ?? "", words("Kenmerk: ", "Our reference: ") + letter.job.text])
        .joined(separator: "\n"),
    ]
    return paragraphs.joined(separator: "\n\n") + "\n"
  }

  private static func lines(of text: String) -> [String] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: 76).map {
      String(decoding: bytes[$0..<min($0 + 76, bytes.count)], as: UTF8.self)
    }
  }
}
