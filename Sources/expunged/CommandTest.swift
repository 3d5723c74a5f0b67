import ArgumentParser
import Connectors
import ErasureDomain
import Foundation

/// Tries a customer's program for `connector: command`, without a daemon, a register or a network.
struct CommandTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "command-test",
    abstract: "Tries whether a program for connector \"command\" keeps its contract.",
    discussion: """
      The contract is docs/commands/README.md. Without --copy nothing is written. With it that copy gets the day that it \
      has, or that its retention gives, and the request r-000…: take a copy that does not matter. Example:
        expunged command-test --system crm --copy tape-0042 --variable TAPE_LEDGER=/srv/tapes.json /opt/expunged/tape.py
      """)

  @Option(help: "A system of which the program has copies.")
  var system: String

  @Option(help: "One of its copies, to write to.")
  var copy: String?

  @Option(help: "A variable that the program gets, NAME=VALUE; may be repeated.")
  var variable: [String] = []

  @Argument(parsing: .captureForPassthrough, help: "The program's absolute path and its first arguments.")
  var program: [String]

  func run() async throws {
    var environment: [String: String] = [:]
    for text in variable {
      guard let sign = text.firstIndex(of: "=") else { throw StartProblem("--variable \(text) is not NAME=VALUE") }
      environment[String(text[..<sign])] = String(text[text.index(after: sign)...])
    }
    guard let name = SystemName(system) else {
      throw StartProblem("--system \(system) is no name of a system: a-z, 0-9 and -")
    }
    let now = UTCTime(secondsSince1970: Int64(Date().timeIntervalSince1970))
    guard
      let conformance = CommandConformance(
        program, environment: environment, system: name, copy: copy, now: now)
    else {
      throw StartProblem("name the program by an absolute path, and variables by A-Z, 0-9 and _, not PATH or LD_*")
    }
    let findings = await conformance.check()
    for finding in findings {
      print("\(finding.fault == nil ? "ok  " : "FAIL") \(finding.promise)\(Self.tail(finding))")
    }
    if copy == nil { print("nothing was written; name a copy by --copy to try expire") }
    guard findings.allSatisfy({ $0.fault == nil }) else { throw ExitCode(1) }
  }

  private static func tail(_ finding: CommandConformance.Finding) -> String {
    finding.fault.map { ": \($0)" } ?? ""
  }
}
