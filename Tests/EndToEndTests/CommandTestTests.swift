import Foundation
import TestKit
import Testing

/// `expunged command-test` as a customer runs it.
struct CommandTestTests {
  @Test func `the program of the documentation is told that it keeps its contract, and a wrong one what it breaks`()
    throws
  {
    let folder = try TemporaryFolder()
    let ledger = folder.path("tapes.json")
    let tape =
      #"{"label": "T0042", "system": "crm", "written-from": "2026-03-01T23:50:00Z", "#
      + #""written-until": "2026-03-02T00:20:00Z", "keep-days": 35}"#
    try Data(#"{"cartridges": [\#(tape)]}"#.utf8).write(to: URL(fileURLWithPath: ledger))
    let call = [
      try Programs.path("expunged"), "command-test", "--system", "crm", "--copy", "T0042", "--variable",
      "TAPE_LEDGER=\(ledger)",
    ]
    let said = String(decoding: try ChildProcess.run(call + [Programs.root + "/docs/commands/tape.py"]), as: UTF8.self)
    #expect(
      said.split(separator: "\n").count == 10 && said.split(separator: "\n").allSatisfy { $0.hasPrefix("ok ") },
      "\(said)")
    let problem = #expect(throws: ChildProcess.Problem.self) { try ChildProcess.run(call + ["/bin/cat"]) }
    #expect(problem?.description.contains("FAIL list-copies names the copies of a system: ") == true)
    #expect(throws: ChildProcess.Problem.self) { try ChildProcess.run(call + ["tape.py"]) }
  }
}
