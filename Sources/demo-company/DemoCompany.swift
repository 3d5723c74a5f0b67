import ArgumentParser

/// Plays everybody else in the demo and in tests: four companies that are told, a backup tool, and the past of a
/// small Dutch company. All people are made up.
@main
struct DemoCompany: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo-company",
    abstract: "Plays the companies, the systems and the backup tool of the demo. Made-up people only.",
    subcommands: [
      ServeCommand.self, SeedCommand.self, SecretsCommand.self, HappenCommand.self, NightlyBackupsCommand.self,
      ExpireBackupsCommand.self,
    ],
    defaultSubcommand: ServeCommand.self)
}
