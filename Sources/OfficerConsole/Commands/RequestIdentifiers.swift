import ArgumentParser
import OfficerAPI

/// `expunge request identifiers`.
struct RequestIdentifiers: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "identifiers", abstract: "Identifiers that come later than the request.",
    discussion: "Example: expunge request identifiers add 1",
    subcommands: [RequestIdentifiersAdd.self])
}

/// `expunge request identifiers add`.
struct RequestIdentifiersAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Adds identifiers to a request, until its plan is approved.",
    discussion: """
      Asks for them at the terminal, or reads lines such as `phone: …` from a file or pipe. A plan that was proposed \
      without them falls; make it anew.

      Example: expunge request identifiers add 1 --from more.txt
      """)

  @Argument(help: "Number or reference.")
  var request: String

  @Option(help: ArgumentHelp("The file with one `kind: value` on each line; - for standard input.", valueName: "file"))
  var from: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    var form = RequestForm()
    if let from {
      form = try RequestForm(identifiers: try Terminal.current.text(from: from))
    } else {
      guard Terminal.current.isInteractive else {
        throw ConsoleFailure(
          .usage, "there is no terminal to ask at; give the identifiers with --from FILE, or --from -")
      }
      form.askIdentifiers(Terminal.current)
    }
    guard !form.identifiers.isEmpty else {
      throw ConsoleFailure(.usage, "there is no identifier; write at least one line such as `phone: …`")
    }
    let call = AddIdentifiers(request: request, identifiers: form.identifiers)
    try connection.show(try await connection.client.call(call)) { view in
      RequestText.facts(view) + "\nNext: expunge plan \(view.number)\n"
    }
  }
}

extension RequestForm {
  /// Lines with identifiers and nothing else of a request.
  init(identifiers input: String) throws(ConsoleFailure) {
    try self.init(reading: input)
    guard channel == nil, capacities.isEmpty, received == nil, contact == nil, text == nil, rights == nil,
      language == nil, requester.kind == nil
    else { throw ConsoleFailure(.usage, "only identifiers can be added; register the rest as a request of its own") }
  }
}
