import ConnectorKit
import Connectors
import ErasureEngine
import EvidenceLog
import HTTPTransport
import Listeners
import Logging
import OfficerDesk

// What companies reach.
extension Wiring {
  /// Hears companies; nil where the configuration says nothing about it. `calls` is the desk's too: both write to the same
  /// jobs.
  func recipients(_ desk: OfficerDesk, _ calls: CallbackIntake) throws -> RecipientListener? {
    guard let recipients = configuration.recipients else { return nil }
    let (logger, credentials, commands) = (logger, credentials, notices)
    let reader = NoticeReader(clock: clock) { credentials.secret($0) }
    for sender in recipients.senders where !reader.canCheck(sender) {
      throw StartProblem(
        "senders \(sender.code): a credential of it is missing, or not whsec_ and the Base64 of 24 to 64 bytes")
    }
    let notices = NoticeIntake(
      desk: desk, reader: reader, senders: recipients.senders, receipts: receipts,
      notice: { code, reference in commands.send(code, reference) })
    let handler = RecipientDesk(intake: calls, notices: notices, path: Self.path(of: recipients.url))
    return RecipientListener(
      address: recipients.listen, handler: handler,
      pages: LetterPages(intake: LetterIntake(surroundings(), calls: calls), clock: clock), logger: logger,
      bodyTime: { try await Task.sleep(for: RecipientListener.bodyTime) },
      listening: { logger.info("companies are heard", metadata: ["at": "\(recipients.listen)"]) })
  }

  /// What comes after host and port of a URL without a query.
  private static func path(of url: String) -> String {
    guard let scheme = url.firstRange(of: "://"), let slash = url[scheme.upperBound...].firstIndex(of: "/") else {
      return ""
    }
    return String(url[slash...])
  }

  /// The signer of our receipts. Its public half is logged: companies that tell us to erase need it.
  static func receipts(
    _ configuration: Configuration, _ credentials: Credentials, _ logger: Logger
  ) throws -> ReceiptSigner? {
    guard let receipts = configuration.recipients?.receipts else { return nil }
    let seed = try credentials.key(receipts.key)
    guard let signer = ReceiptSigner(issuer: receipts.issuer, seed: seed) else {
      throw StartProblem("the credential \"\(receipts.key)\" is no Ed25519 key of 32 bytes")
    }
    logger.info("receipts are signed", metadata: ["key": "\(signer.jwk)"])
    return signer
  }
}
