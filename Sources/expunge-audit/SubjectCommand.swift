import ArgumentParser
import EvidenceLog
import Foundation

/// `expunge-audit subject`: whether a request in the log is the one of a person who has the code of her letter.
struct SubjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "subject", abstract: "Find a person's request by the code in her letter.",
    discussion: """
      CODE is the closing letter, or its lines from expunged-subject/v1 on. The identifiers are those of the request, one a
      line as they were given then: the kind, a space and the value. They come from a file or from standard input (-),
      never from the command line, where others could read them. Nobody can find the request without the code.

      EXAMPLE
        expunge-audit subject letter.txt /srv/evidence --identifiers who.txt --key log.vkey
      """)

  @Argument(help: ArgumentHelp("The letter with the code.", valueName: "code"))
  var code: String

  @Argument(help: ArgumentHelp("A log folder or an unpacked bundle.", valueName: "path"))
  var path: String

  @Option(help: ArgumentHelp("File with the identifiers; - for standard input.", valueName: "file"))
  var identifiers: String

  @OptionGroup var options: TrustOptions

  func run() throws {
    do {
      let trust = try options.trust()
      let letter = try SubjectCodeText(in: try Self.bytes(code))
      let people = try SubjectCodeText.identifiers(in: try Self.bytes(identifiers))
      let found = try SubjectVerifier(trust: trust).find(letter, of: people, in: try FolderFiles(path))
      print(
        "Entry \(found.entry) of \(letter.log), under the signed checkpoint of \(found.size) entries: request "
          + "\(found.number), \(found.request), received on \(found.receivedOn), was made with exactly these identifiers."
      )
      print("What became of it: expunge-audit verify, and the bundle of the request.")
    } catch let problem as Unreadable {
      StandardError.write("expunge-audit: \(problem)")
      throw ExpungeAudit.Status.unreadable
    } catch let problem as ValidationError {
      throw problem
    } catch {
      print("NOT FOUND: \(error)")
      throw ExpungeAudit.Status.wrong
    }
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    do { return [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
      throw Unreadable("\(path) cannot be read: \(error.localizedDescription)")
    }
  }
}
