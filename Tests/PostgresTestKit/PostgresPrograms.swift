import Foundation
import Glibc
import TestKit

/// What went wrong in the fixture itself, with everything that the programs said.
public struct PostgresFixtureFailure: Error, CustomStringConvertible {
  /// The whole text.
  public let description: String

  init(_ text: String) {
    description = text
  }
}

/// PostgreSQL's own programs, and how the fixture runs them: as the user `postgres` where we are root, whom PostgreSQL
/// refuses.
enum PostgresPrograms {
  /// The folder of the newest installed version.
  static func folder() throws -> String {
    let root = "/usr/lib/postgresql"
    let installed =
      FileManager.default.fileExists(atPath: root) ? try FileManager.default.contentsOfDirectory(atPath: root) : []
    let versions = installed.compactMap { Int($0) }.sorted(by: >)
    for version in versions {
      let folder = "\(root)/\(version)/bin"
      let needed = ["initdb", "pg_ctl", "postgres", "psql", "pg_basebackup"]
      if needed.allSatisfy({ FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }) { return folder }
    }
    throw PostgresFixtureFailure("PostgreSQL's programs are missing; install them: apt-get install postgresql-15")
  }

  /// The account that owns the server, and `nil` where that is our own.
  static var account: String? { getuid() == 0 ? "postgres" : nil }

  /// Runs one of PostgreSQL's programs to its end and returns what it printed.
  @discardableResult static func run(_ program: String, _ arguments: [String], input: String = "") async throws
    -> String
  {
    try await runAsOwner(["\(try folder())/\(program)"] + arguments, input: input)
  }

  /// Runs any program to its end as the server's account.
  @discardableResult static func runAsOwner(_ words: [String], input: String = "") async throws -> String {
    let asOwner = account.map { ["/usr/bin/setpriv", "--reuid=\($0)", "--regid=\($0)", "--init-groups", "--"] } ?? []
    return try await run(asOwner + words, input: input)
  }

  static let environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"]

  /// Runs any program to its end; a failure carries what it printed.
  @discardableResult static func run(_ words: [String], input: String = "") async throws -> String {
    // Files, not pipes: a server that is left running would hold a pipe open.
    let files = try ScratchFiles(input: input)
    let ending = try await ChildProcess(
      words, input: files.input, output: files.output, errors: files.output, environment: environment
    ).end()
    let printed = try files.printed()
    guard ending == .exited(0) else {
      throw PostgresFixtureFailure("\(words.joined(separator: " ")) ended with \(ending): \(printed)")
    }
    return printed
  }

  /// The input and the output of one program, without a name in any folder.
  private final class ScratchFiles {
    let input: Int32
    let output: Int32

    init(input text: String) throws {
      input = try Self.nameless()
      output = try Self.nameless()
      let file = FileHandle(fileDescriptor: input, closeOnDealloc: false)
      try file.write(contentsOf: Data(text.utf8))
      try file.seek(toOffset: 0)
    }

    deinit {
      close(input)
      close(output)
    }

    func printed() throws -> String {
      let file = FileHandle(fileDescriptor: output, closeOnDealloc: false)
      try file.seek(toOffset: 0)
      return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }

    private static func nameless() throws -> Int32 {
      var template = Array((NSTemporaryDirectory() + "expunged-pg-XXXXXX").utf8CString)
      let file = mkstemp(&template)
      guard file >= 0 else { throw PostgresFixtureFailure("no temporary file: errno \(errno)") }
      unlink(template)
      return file
    }
  }
}
