import ArgumentParser
import ErasureDomain
import Foundation
import OfficerAPI

/// `expunge package`.
struct PackageCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "package", abstract: "What a person takes along before anything is erased (Art. 15 and 20 GDPR).",
    discussion: """
      Nothing that the plan erases goes before the person has the packages he asked for, or an officer has waived them.

      Example:
        expunge package show 1
        expunge package make 1 --kind portability --passphrase-file phrase.txt --output data.age
        expunge package delivered 1 --kind portability --how collected-in-person
      """,
    subcommands: [
      PackageShow.self, PackageAdd.self, PackageMakeCommand.self, PackageDeliveredCommand.self,
      PackageWaivedCommand.self,
    ])
}

/// `expunge package show`.
struct PackageShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what is collected from which systems, and where the packages stand.",
    discussion: "Example: expunge package show 1")

  @Argument(help: "Number or reference of the request.")
  var request: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    try connection.show(try await connection.client.call(ShowPackage(request: request)), PackageText.page)
  }
}

/// `expunge package add`.
struct PackageAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Adds a file to what is collected of a system: e-mails, calls, what no program reads.",
    discussion: """
      Look first that nothing of somebody else is in it: it goes into the access package as it is. The file's name goes \
      with it. A file of the same name takes the place of the earlier one. It stays in the vault for 30 days at most.

      Example: expunge package add 1 --system mailbox --file correspondence.mbox
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: "Short name of the system.")
  var system: String

  @Option(help: "The file, at most 64 MiB.")
  var file: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ConsoleFailure(.usage, "the file \(file) cannot be read; look at its name and permissions")
    }
    let bytes = Array(data)
    guard !bytes.isEmpty else { throw ConsoleFailure(.usage, "the file \(file) is empty") }
    let name = URL(fileURLWithPath: file).lastPathComponent
    var view: PackageView?
    for start in stride(from: 0, to: bytes.count, by: AddToPackage.partBytes) {
      let end = min(start + AddToPackage.partBytes, bytes.count)
      view = try await connection.client.call(
        AddToPackage(
          request: request, system: system, file: name, part: start / AddToPackage.partBytes,
          isLast: end == bytes.count, content: Base64.encode(Array(bytes[start..<end]))))
    }
    if let view { try connection.show(view, PackageText.page) }
  }
}

/// `expunge package make`.
struct PackageMakeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Writes one encrypted package of all that is collected.",
    discussion: """
      Give a file with a public key of the person (age1…, ssh-ed25519 …, ssh-rsa …) or one with a passphrase, which the \
      person gets by another way than the package. He opens it with age (age-encryption.org): age -d -o data.zip \
      FILE. In it is a ZIP file with index.html to read. The daemon keeps no copy of the package.

      Example: expunge package make 1 --kind access --recipient-file key.pub --output data.age
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: "portability or access.")
  var kind: PackageKindArgument

  @Option(help: ArgumentHelp("A file with a public key in one line.", valueName: "file"))
  var recipientFile: String?

  @Option(help: ArgumentHelp("A file with a passphrase in one line; - for standard input.", valueName: "file"))
  var passphraseFile: String?

  @Option(help: ArgumentHelp("Where it is written; a new file.", valueName: "file"))
  var output: String

  @Option(help: "Days within which it must be delivered, at most 30.")
  var days = MakePackage.usualDays

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    guard (recipientFile == nil) != (passphraseFile == nil) else {
      throw ConsoleFailure(.usage, "give --recipient-file or --passphrase-file, and not both")
    }
    guard !FileManager.default.fileExists(atPath: output) else {
      throw ConsoleFailure(.usage, "\(output) is there already; name a new file")
    }
    let key = try recipientFile.map { Terminal.trimmed(try Terminal.current.text(from: $0)) }
    let phrase = try passphraseFile.map { Self.line(try Terminal.current.text(from: $0)) }
    let made = try await connection.client.call(
      MakePackage(request: request, package: kind.kind, key: key, passphrase: phrase, days: days))
    guard let bytes = Base64.decode(made.content),
      FileManager.default.createFile(atPath: output, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
    else { throw ConsoleFailure(.usage, "\(output) could not be written; make the package again elsewhere") }
    let (output, length) = (output, bytes.count)
    try connection.show(PackageText.Written(made, file: output)) { written in
      "\(length) bytes in \(output), to be delivered before \(written.until)\nSHA-256 \(written.ciphertext)\n"
    }
  }

  /// Without the end of its line; blanks inside are part of it.
  private static func line(_ text: String) -> String { String(text.drop { $0.isNewline }.prefix { !$0.isNewline }) }
}

/// `expunge package delivered`.
struct PackageDeliveredCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delivered", abstract: "Records that the person has the package; then what waits for it begins.",
    discussion: """
      Say it when you know that he has it and could open it: what the plan erases cannot be collected again.

      Example: expunge package delivered 1 --kind portability --how confirmed-by-mail
      """)

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: "portability or access.")
  var kind: PackageKindArgument

  @Option(help: ArgumentHelp("How it arrived, as a code such as confirmed-by-mail.", valueName: "code"))
  var how: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = DeliverPackage(request: request, package: kind.kind, how: how)
    try connection.show(try await connection.client.call(call), PackageText.page)
  }
}

/// `expunge package waived`.
struct PackageWaivedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "waived", abstract: "Decides that nothing is taken along, of one system or at all.",
    discussion: "Example: expunge package waived 1 --system mailbox --why nothing-there")

  @Argument(help: "Number or reference of the request.")
  var request: String

  @Option(help: "Short name of the system; all that was not delivered without it.")
  var system: String?

  @Option(help: ArgumentHelp("Why, as a code such as person-declined.", valueName: "code"))
  var why: String

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let call = WaivePackage(request: request, system: system, reason: why)
    try connection.show(try await connection.client.call(call), PackageText.page)
  }
}

/// A kind of package on the command line.
struct PackageKindArgument: ExpressibleByArgument {
  let kind: PackageKind

  init?(argument: String) {
    guard let kind = PackageKind(rawValue: argument) else { return nil }
    self.kind = kind
  }

  static var allValueStrings: [String] { PackageKind.allCases.map(\.rawValue) }
}
