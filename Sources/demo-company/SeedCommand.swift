import ArgumentParser
import ErasureDomain
import Foundation

/// Makes the systems of the demo company: the databases and the catalogue that `plans/demo` names.
struct SeedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Makes crm.db, backoffice.db and backups.json, filled with made-up people.")

  @Option(help: "Folder for the systems; made when missing.")
  var systems: String

  @Option(help: "How many people the CRM knows.")
  var people = 3_000

  @Option(help: "The same seed, count and day make the same systems.")
  var seed: UInt64 = 1

  @Option(help: "The day everything ends on, YYYY-MM-DD; the machine's UTC day if left out.")
  var today: String?

  mutating func validate() throws {
    guard (10...1_000_000).contains(people) else { throw ValidationError("--people: give 10 to 1000000") }
    guard today == nil || today.flatMap({ CivilDate($0) }) != nil else {
      throw ValidationError("--today: give a day as YYYY-MM-DD")
    }
  }

  func run() throws {
    let day = try CivilDate.named(today)
    try FileManager.default.createDirectory(atPath: systems, withIntermediateDirectories: true)
    let crm = "\(systems)/crm.db"
    let backoffice = "\(systems)/backoffice.db"
    let backups = "\(systems)/backups.json"
    for path in [crm, backoffice, backups] where FileManager.default.fileExists(atPath: path) {
      throw DemoProblem("\(path) exists; remove it or choose another folder")
    }
    let known = DemoPeople(count: people, seed: seed)
    try CRMSystem(people: known, today: day, seed: seed).write(to: crm)
    try BackOfficeSystem(people: known, today: day, seed: seed).write(to: backoffice)
    try BackupCatalogue.nightly(of: ["backoffice", "crm"], until: day).write(to: backups)
    print("made \(known.all.count) people in \(systems); the customer of the demo is \(DemoPeople.subjectEmail)")
  }
}

extension CivilDate {
  /// The day with that text, else the machine's UTC day.
  static func named(_ text: String?) throws -> CivilDate {
    guard let text else { return UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970)).utcDay }
    guard let day = CivilDate(text) else { throw DemoProblem("\"\(text)\" is no day; give YYYY-MM-DD") }
    return day
  }
}
