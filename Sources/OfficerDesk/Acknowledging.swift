import ConnectorKit
import Correspondence
import ErasureDomain
import Journal
import OfficerAPI
import SubjectVault

// The acknowledgement that goes out by itself (requirement A5).
extension OfficerDesk {
  /// Acknowledges every request that came by mail, has an address and was not acknowledged yet; also after a time in
  /// which nothing ran. One whose last day is over is left alone: the sentence would be untrue.
  ///
  /// - Returns: How many were sent, and how many could not be; those are tried again later, less and less often.
  public func acknowledge() async throws -> (sent: Int, failed: Int) {
    guard let letterOffice, letterOffice.post != nil else { return (0, 0) }
    let today = clock.today
    var (sent, failed) = (0, 0)
    try await forEach(.unacknowledged) { record in
      guard today <= record.received.dueDates.statutory, try await vault.contains(record.request),
        let contact = try await vault.get(String.self, .contact, of: record.request), MailAddress(contact) != nil,
        await letterOffice.mayAcknowledge(record.request, at: clock.now())
      else { return }
      do {
        _ = try await send(.acknowledgement, Self.language(of: record), LetterFacts.Texts(), by: .mail, of: record, nil)
        sent += 1
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        failed += 1
        await letterOffice.rest(record.request, from: clock.now())
      }
    }
    return (sent, failed)
  }
}
