import ArgumentParser
import ErasureDomain
import Foundation

/// Draws a secret for each company that has none.
struct SecretsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secrets", abstract: "Draws a whsec_ secret for each company that has none.")

  @Option(help: "Folder of the secrets; made when missing.")
  var folder: String

  func run() throws {
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var random = SystemRandomNumberGenerator()
    for company in Company.allCases {
      let path = "\(folder)/\(company.secretName)"
      guard !files.fileExists(atPath: path) else { continue }
      let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
      let text = "whsec_" + Base64.encode(bytes) + "\n"
      guard files.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
        throw DemoProblem("cannot write \(path); check the folder's owner and mode")
      }
    }
  }
}
