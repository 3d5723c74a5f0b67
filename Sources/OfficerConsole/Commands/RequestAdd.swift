import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge request add`.
struct RequestAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Registers a request.",
    discussion: """
      Asks for everything at the terminal, or reads it from a file or pipe. Identifiers go to the vault and are \
      never shown again in a list. An example of a file, one value per line:

        channel: mail
        capacity: customer
        received: 2026-11-20
        email: person@example.nl
        customer-no: 48213
        contact: person@example.nl
        text: Please erase everything you hold about me.

      Any other key than these is the kind of an identifier. capacity is customer, employee, applicant or contact, \
      several with commas. received is a day or a time such as 2026-11-20T09:30:00Z; left out it is now. text may \
      stand several times; after a line with `text:` alone everything to the end is the text, as a mail is pasted. \
      Not needed are rights (erasure, access, portability, objection, restriction), language (nl, en) and, when \
      somebody else asks, requester (representative, guardian, agent), proof (a code), addressee (requester, person) \
      and under-16 (yes, no). The JSON of the call is read too.

      Example: expunge request add --from mail.txt
      Example: expunge request add --from - < mail.txt
      Example: expunge request add --channel mail --text-from mail.eml
      """)

  @Option(help: ArgumentHelp("The file with the request; - for standard input.", valueName: "file"))
  var from: String?

  @Option(help: ArgumentHelp("A file with the request's own words, whole, such as a mail.", valueName: "file"))
  var textFrom: String?

  @Option(help: "How it reached you: mail, phone, letter, form or counter.")
  var channel: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    var form = RequestForm()
    if let from {
      form = try RequestForm(reading: try Terminal.current.text(from: from))
      guard form.text == nil || textFrom == nil else {
        throw ConsoleFailure(.usage, "the text is in the form and in --text-from; give it once")
      }
      if let textFrom { form.text = Terminal.trimmed(try Terminal.current.text(from: textFrom)) }
      form.channel = form.channel ?? channel
    } else {
      form.channel = channel
      if let textFrom { form.text = Terminal.trimmed(try Terminal.current.text(from: textFrom)) }
      try form.ask(Terminal.current)
    }
    // Everything that can be wrong here is found before the daemon is asked for its day.
    _ = try form.call(receivedAt: nil)
    let call = try form.call(receivedAt: try await receivedAt(form))
    try connection.show(try await connection.client.call(call)) { view in
      RequestText.facts(view) + "\nNext: expunge request confirm \(view.number) --method METHOD --ground LETTER\n"
    }
  }

  private func receivedAt(_ form: RequestForm) async throws -> UTCTime? {
    guard case .on = form.received else { return form.receivedAt(today: .first) }
    return form.receivedAt(today: try await connection.client.call(ShowStatus()).today)
  }
}
