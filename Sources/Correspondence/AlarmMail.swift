import ConnectorKit
public import ErasureDomain

/// A mail to one of our own people about what waits for him: numbers, references and commands, nothing of a person.
public struct AlarmMail: Sendable {
  public let mail: OutgoingMail

  /// `lines` say what waits, one thing each; `origin` names the installation. `from` is the address of the configuration.
  public init(
    _ lines: [String], origin: String, person: PersonReference, from: String, to: MailAddress, at time: UTCTime
  ) {
    let host = from.split(separator: "@").last ?? "localhost"
    let count = lines.count == 1 ? "1 thing waits" : "\(lines.count) things wait"
    let headers = [
      "From: \(MailHeader.phrase("expunged")) <\(from)>",
      "To: <\(to.address)>",
      "Subject: \(MailHeader.unstructured("expunged: \(count) for you", after: "Subject"))",
      "Date: \(MailHeader.date(time))",
      "Message-ID: <alarm.\(time.secondsSince1970).\(person.text)@\(host)>",
      "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: quoted-printable", "",
    ]
    let text = "\(count) for you in \(origin):\n\n" + lines.map { "- \($0)\n" }.joined()
    let body = SubjectMail.quotedPrintable(text)
    mail = OutgoingMail(
      from: from, to: to.address, message: Array(((headers + body).joined(separator: "\r\n") + "\r\n").utf8))
  }
}
