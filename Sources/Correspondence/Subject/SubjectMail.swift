import ConnectorKit
public import ErasureDomain

/// A letter to the person as mail (RFC 5322, MIME): text in UTF-8, quoted-printable.
///
/// Its `Message-ID` is made of the request and the kind, so that every attempt sends the same mail, which mailboxes know
/// again. The subject has nothing of the person in it.
public struct SubjectMail: Sendable {
  public let mail: OutgoingMail

  /// `from` is the address of the configuration, `to` that of the person.
  public init(_ letter: SubjectLetter, from: String, to: MailAddress, at time: UTCTime) {
    self.init(
      subject: letter.subject, text: letter.text, sender: letter.from.name, request: letter.request, kind: letter.kind,
      from: from, to: to, at: time)
  }

  /// The mail of a letter that was made before, as the vault keeps it.
  public init(
    subject: String, text: String, sender: String, request: RequestReference, kind: SubjectLetterKind, from: String,
    to: MailAddress, at time: UTCTime
  ) {
    let host = from.split(separator: "@").last ?? "localhost"
    let headers = [
      "From: \(MailHeader.phrase(sender)) <\(from)>",
      "To: <\(to.address)>",
      "Subject: \(MailHeader.unstructured(subject, after: "Subject"))",
      "Date: \(MailHeader.date(time))",
      "Message-ID: <\(request.text).\(kind.rawValue)@\(host)>",
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable", "",
    ]
    let lines = headers + Self.quotedPrintable(text)
    mail = OutgoingMail(
      from: from, to: to.address, message: Array((lines.joined(separator: "\r\n") + "\r\n").utf8))
  }

  /// Lines of at most 76 characters (RFC 2045 section 6.7).
  static func quotedPrintable(_ text: String) -> [String] {
    var result: [String] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines {
      var current = ""
      let bytes = Array(line.utf8)
      for (index, byte) in bytes.enumerated() {
        let isLast = index == bytes.count - 1
        let isSpace = byte == 0x20 || byte == 0x09
        let isPlain = (byte >= 0x21 && byte <= 0x7E && byte != 0x3D) || (isSpace && !isLast)
        // A line that is a dot alone, or begins with "From ", is changed by some on its way.
        let isRisky = current.isEmpty && (byte == 0x2E || byte == 0x46)
        let piece = isPlain && !isRisky ? String(UnicodeScalar(byte)) : "=" + Hex.encode([byte]).uppercased()
        if current.utf8.count + piece.utf8.count > (isLast ? 76 : 75) {
          result.append(current + "=")
          current = ""
        }
        current += piece
      }
      result.append(current)
    }
    return result
  }
}
