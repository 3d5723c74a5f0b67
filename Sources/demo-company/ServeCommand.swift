import ArgumentParser
import ErasureDomain
import Foundation
import Hummingbird
import Logging
import NIOCore

/// Listens on 127.0.0.1 until SIGTERM or SIGINT.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Plays the sister company, the mailing house, the address-cleansing firm and the intermediary over HTTP.")

  @Option(help: "Port on 127.0.0.1; 0 takes a free one.")
  var port = 8401

  @Option(help: "File that gets the chosen port as text once the server listens.")
  var readyFile: String?

  @Option(help: "Folder with one whsec_ secret per company: sister-webhook, mailing-webhook and so on.")
  var secretsFolder: String

  @Option(help: "Folder for each company's customers, seen notices and log of ids and statuses.")
  var state: String

  @Option(help: "normal or quick: how long they take.")
  var pace = "normal"

  @Option(help: "Made-up people each company knows.")
  var people = 300

  @Option(help: "Seed of the made-up people.")
  var seed: UInt64 = 1

  @Option(
    help: "The calendar begins then, YYYY-MM-DDTHH:MM:SSZ, and follows what is signed; the machine's clock if left out."
  )
  var calendar: String?

  mutating func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port: give 0 to 65535") }
    guard Pace(rawValue: pace) != nil else { throw ValidationError("--pace: give normal or quick") }
    guard calendar.map({ UTCTime($0) != nil }) ?? true else {
      throw ValidationError("--calendar: give YYYY-MM-DDTHH:MM:SSZ")
    }
    guard (1...100_000).contains(people) else { throw ValidationError("--people: give 1 to 100000") }
  }

  func run() async throws {
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
    var logger = Logger(label: "demo-company")
    logger.logLevel = .error
    let application = Application(
      router: try router(),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { [readyFile] channel in Self.announce(channel.localAddress?.port, in: readyFile) },
      logger: logger)
    try await application.runService()
  }

  private func router() throws -> Router<BasicRequestContext> {
    let router = Router()
    let clock = DemoClock(beginning: calendar.flatMap { UTCTime($0) }?.secondsSince1970)
    for company in Company.allCases {
      let desk = try desk(company, clock)
      let path = "\(company.rawValue)/erasure"
      router.post(RouterPath(path)) { request, _ in try await desk.take(request) }
      router.get(RouterPath(path + "/:id")) { request, context in
        try await desk.show(request, id: context.parameters.get("id") ?? "")
      }
    }
    return router
  }

  private func desk(_ company: Company, _ clock: DemoClock) throws -> CompanyDesk {
    let path = "\(secretsFolder)/\(company.secretName)"
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw DemoProblem("no secret \(path); make it by: demo-company secrets --folder \(secretsFolder)")
    }
    guard let signature = NoticeSignature(secretText: String(decoding: bytes, as: UTF8.self)) else {
      throw DemoProblem("\(path) is not whsec_ and the Base64 of 24 to 64 bytes; remove it and make a new one")
    }
    let store = try CompanyStore(company: company, folder: state, people: people, seed: seed)
    return CompanyDesk(
      company: company, store: store, signature: signature, pace: Pace(rawValue: pace) ?? .normal, clock: clock)
  }

  /// Written under another name first, so that whoever waits for the file never reads half of it.
  private static func announce(_ port: Int?, in readyFile: String?) {
    guard let port else { return }
    // Not print: a pipe would get the line only when the program ends.
    FileHandle.standardOutput.write(Data("demo-company listens on 127.0.0.1:\(port)\n".utf8))
    guard let readyFile else { return }
    do {
      try Data("\(port)\n".utf8).write(to: URL(fileURLWithPath: readyFile), options: .atomic)
    } catch {
      FileHandle.standardError.write(Data("demo-company cannot write \(readyFile): \(error)\n".utf8))
    }
  }
}
