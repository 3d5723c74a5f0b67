import ArgumentParser
import ErasureDomain
import OfficerAPI

/// `expunge hold`.
struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Keeps what a system has of a person for now, such as for a lawsuit.",
    discussion: "Example: expunge hold list",
    subcommands: [HoldSetCommand.self, HoldReleaseCommand.self, HoldList.self])
}

/// `expunge hold set`.
struct HoldSetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Keeps what one system has until the hold is released.",
    discussion: """
      Erasures and manual tasks of that system do not begin, and one that runs is stopped where nothing has gone yet; other \
      systems go on. It is looked at again by the day named, at most six months ahead; setting it again names another day. \
      Who approved a plan of the request neither sets nor releases a hold on it, and who does so approves none of its \
      plans. The reason's words go to the vault and are asked for, or read from a file.

      Example: expunge hold set 1 --system crm --review 2027-05-01 --reason-from why.txt
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: "Short name of the system.")
  var system: String

  @Option(help: "The day by which it is looked at again, YYYY-MM-DD.")
  var review: DayArgument

  @Option(help: "art17-3-a to art17-3-e, or art23-national.")
  var ground = ExceptionGroundArgument(ground: .legalClaims)

  @Option(help: ArgumentHelp("The file with the reason in words; - for standard input.", valueName: "file"))
  var reasonFrom: String?

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let reason = try PrivateText.read(
      from: reasonFrom, question: "Why is it kept, and for which claim?", option: "--reason-from")
    let call = SetHold(
      request: request, system: system, ground: ground.ground, reviewBefore: review.date, reason: reason)
    try connection.show(try await connection.client.call(call), HoldText.table)
  }
}

/// `expunge hold release`.
struct HoldReleaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Ends a hold: what it kept is due at once, or on its day.",
    discussion: "Example: expunge hold release 1 --system crm")

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: "Short name of the system.")
  var system: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = ReleaseHold(request: request, system: system)
    try connection.show(try await connection.client.call(call), HoldText.table)
  }
}

/// `expunge hold list`.
struct HoldList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Lists all holds, nearest review first.", discussion: "Example: expunge hold list")

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ListHolds()), HoldText.table)
  }
}

/// A ground on which data stay, on the command line.
struct ExceptionGroundArgument: ExpressibleByArgument, Equatable, CustomStringConvertible {
  let ground: ExceptionGround

  init(ground: ExceptionGround) { self.ground = ground }

  init?(argument: String) {
    guard let ground = ExceptionGround(rawValue: argument) else { return nil }
    self.ground = ground
  }

  var description: String { ground.rawValue }

  static var allValueStrings: [String] { ExceptionGround.allCases.map(\.rawValue) }
}
