import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge people`.
struct PeopleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "people", abstract: "Who decides, with which keys; invites somebody to hand in a key.",
    discussion: "Example: expunge people list",
    subcommands: [PeopleList.self, PeopleInvite.self, PeopleCompromised.self])
}

/// `expunge people list`.
struct PeopleList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "People in force, their keys, and lines that wait for allowed_signers.",
    discussion: """
      A line that somebody offered counts once it stands in allowed_signers and, outside practice mode, two officers have \
      signed that change.

      Example: expunge people list
      """)

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let people = try await connection.client.call(ListPeople())
    try connection.show(people, PeopleText.list)
  }
}

/// `expunge people invite`.
struct PeopleInvite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "A link by which somebody hands in a passkey, once, within two days.",
    discussion: """
      Give it to that person and to nobody else. A restart of the daemon voids it.

      Example: expunge people invite bram
      """)

  @Argument(help: "The name in people:.")
  var name: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let invited = try await connection.client.call(InvitePerson(person: name))
    try connection.show(invited, PeopleText.invited)
  }
}

/// `expunge people compromised`.
struct PeopleCompromised: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compromised", abstract: "Somebody's keys may be in other hands: what they approved stands still.",
    discussion: """
      At once and by one officer. Plans that the keys approved since then and of which something may still happen stand \
      still, until an officer who signed nothing of them confirms or refuses each (expunge approve). The keys sign nothing \
      more; a new key comes into allowed_signers by two signatures, as ever.

      Example: expunge people compromised bram --since 2026-11-20T08:00:00Z
      """)

  @Argument(help: "The name in people:.")
  var name: String

  @Option(help: ArgumentHelp("Since when, such as 2026-11-20T08:00:00Z (UTC).", valueName: "time"))
  var since: String

  @OptionGroup var connection: ConnectionOptions

  func validate() throws { _ = try time }

  private var time: UTCTime {
    get throws {
      guard let time = UTCTime(since) else { throw ValidationError("--since is a time such as 2026-11-20T08:00:00Z") }
      return time
    }
  }

  func run() async throws {
    let view = try await connection.client.call(DeclareCompromised(person: name, since: try time))
    try connection.show(view, PeopleText.compromised)
  }
}

/// People in words.
enum PeopleText {
  static func list(_ people: [PersonView]) -> String {
    var table = TextTable(["PERSON", "ROLES", "KEYS"])
    for person in people {
      let keys = person.keys.isEmpty ? "none" : person.keys.joined(separator: ", ")
      table.add([person.name, person.roles.joined(separator: ", "), keys])
    }
    let offered = people.compactMap { person in person.offered.map { (person.name, $0) } }
    guard !offered.isEmpty else { return table.text }
    return table.text + "\nOffered; to be put into allowed_signers:\n"
      + offered.map { Printable.line("  # \($0.0)") + "\n" + Printable.line("  \($0.1)") + "\n" }.joined()
  }

  static func compromised(_ view: CompromisedView) -> String {
    let keys = PlanWords.count(view.keys.count, "key", "keys")
    let first =
      Printable.line("\(keys) of \(view.person) sign nothing more: \(view.keys.joined(separator: ", ")).") + "\n"
    guard !view.requests.isEmpty else {
      return first + "They have approved nothing since \(view.since) that still runs.\n"
    }
    let numbers = view.requests.map(String.init).joined(separator: ", ")
    return first
      + "Plans of these requests stand still: \(numbers). Another officer: expunge approve \(view.requests[0])\n"
  }

  static func invited(_ view: PersonInvited) -> String {
    """
    \(Printable.line(view.url))
    For \(Printable.line(view.person)) alone: it counts once, until \(view.until), and not after a restart of the daemon.

    """
  }
}
