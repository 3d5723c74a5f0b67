import ConnectorKit
import Correspondence
import Synchronization

/// Takes mails, and ends as a test wants it.
final class Postbox: MailSending {
  static let address = "privacy@demo.example"
  static let organisation = LetterParty(
    name: "Demo BV", address: ["Lindegracht 1", "1015 KB Amsterdam"], mail: address)

  private struct State {
    var mails: [OutgoingMail] = []
    var endings: [MailEnding] = []
  }

  private let state = Mutex(State())

  var mails: [OutgoingMail] { state.withLock { $0.mails } }

  /// The next attempts end so; further ones are taken.
  func next(_ endings: MailEnding...) { state.withLock { $0.endings = endings } }

  func send(_ mail: OutgoingMail) async -> MailEnding {
    state.withLock { state in
      state.mails.append(mail)
      return state.endings.isEmpty ? .answered(250, queue: "4XyzAb12") : state.endings.removeFirst()
    }
  }
}
