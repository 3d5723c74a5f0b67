import Correspondence
import ErasureDomain
import SubjectVault

/// A letter to the person as the vault keeps it: there before anything leaves the house, so that every attempt to mail it
/// hands over the same text under the same id.
struct PreparedLetter: Codable, Hashable {
  var letter: SubjectLetterKind
  var language: String
  var subject: String
  var text: String
  var html: String
  /// The organisation's name in the mail.
  var sender: String
  /// When it was made; the time in the mail's header.
  var at: UTCTime
  /// A mail of it was begun and may have been taken: then this is the letter. One that was only printed may be made anew.
  var isMailed: Bool

  /// What the HMAC in the log is of.
  var bytes: [UInt8] { Array("\(subject)\n\n\(text)".utf8) }

  func mail(of request: RequestReference, from: String, to: MailAddress) -> OutgoingMail {
    SubjectMail(
      subject: subject, text: text, sender: sender, request: request, kind: letter, from: from, to: to, at: at
    ).mail
  }
}

extension VaultItem {
  /// A letter to the person.
  static func letter(_ kind: SubjectLetterKind) -> VaultItem { VaultItem(rawValue: "letter/\(kind.rawValue)") }
}
