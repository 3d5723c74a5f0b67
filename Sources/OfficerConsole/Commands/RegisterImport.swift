import ArgumentParser

/// `expunge register import`.
struct RegisterImport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Makes a register of a record of processing: every system a task for people.",
    discussion: """
      CSV with a header, as a spreadsheet exports it, with the columns system, name, owner, subjects and instruction, and \
      where needed role, identifiers, copies-said-by and copies-said-on (plans/README.md says what belongs in them). Each \
      row becomes a file in the folder, which is made where it does not exist. No file that is there is overwritten; when \
      any row is at fault nothing is written, and every fault is listed with its line and column. Needs no daemon.

      Example: expunge register import register.csv plans/example
      """)

  @Argument(help: "The list.")
  var file: String

  @Argument(help: "The organisation's folder of the register.")
  var folder: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let list = RegisterList(csv: try Terminal.current.bytes(from: file))
    guard list.faults.isEmpty else {
      if connection.json {
        try Output.current.json(list.faults)
      } else {
        Output.current.show(RequestImport.text(list.faults))
      }
      throw ConsoleFailure(
        .usage, "\(PlanWords.count(list.faults.count, "fault", "faults")) in the file; nothing was written")
    }
    try list.write(to: folder)
    try connection.show(list.files.map(\.name)) { names in
      "\(PlanWords.count(names.count, "system", "systems")) written to \(folder), each a manual task; the daemon reads "
        + "them when it starts.\n"
    }
  }
}
