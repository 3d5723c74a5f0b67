import ErasureDomain
import Foundation
import TestKit
import Testing

@testable import Connectors

/// What `expunged command-test` says of the example, and of programs made wrong on purpose.
struct CommandConformanceTests {
  private func findings(
    _ world: TapeWorld, _ program: String, copy: String? = "T1", seconds: Int64 = 60
  ) async throws -> [CommandConformance.Finding] {
    let conformance = try #require(
      CommandConformance(
        [program], environment: ["TAPE_LEDGER": world.ledger], system: CompanyOrders.name("crm"), copy: copy,
        now: CompanyOrders.time("2026-03-02T09:00:00Z"), seconds: seconds))
    return await conformance.check()
  }

  @Test func `the example keeps every promise, and without a copy nothing is written`() async throws {
    let world = try TapeWorld()
    let before = try world.marks()
    let reading = try await findings(world, TapeWorld.example, copy: nil)
    #expect(reading.count == 8 && reading.allSatisfy { $0.fault == nil }, "\(reading)")
    #expect(try world.marks() == before)
    let all = try await findings(world, TapeWorld.example)
    #expect(all.count == 10 && all.allSatisfy { $0.fault == nil }, "\(all)")
    #expect(try world.marks()["T1"] == "2026-04-03 \(CommandConformance.request)")
  }

  /// What is written otherwise in the example, and the words of the promise that it breaks.
  @Test(arguments: [
    ("if cartridge[\"system\"] in systems", "", "list-copies names no copy of another system"),
    (
      "\"id\": cartridge[\"label\"],", "\"id\": cartridge[\"label\"], \"shelf\": \"A\",", "list-copies names the copies"
    ),
    ("\"id\": cartridge[\"label\"],", "\"id\": str(os.getpid()) + cartridge[\"label\"],", "twice is the same twice"),
    ("stop(ASK, \"another version or verb\")", "sys.exit(0)", "an unknown verb is refused"),
    ("version != VERSION or ", "", "another version is refused"),
    ("stop(ASK, \"no order of expunged on standard input\")", "sys.exit(0)", "what is no JSON is refused"),
    ("stop(ASK, \"no cartridge \" + copy[\"id\"])", "sys.exit(0)", "expire of a copy that is not there is refused"),
    ("            write(path, ledger)", "            pass", "expire writes day and request"),
    ("        requests.append(copy[\"request\"])", "        pass", "expire writes day and request"),
    ("if copy[\"request\"] not in requests", "if True", "expire again changes nothing"),
    (
      "            write(path, ledger)",
      "            ledger[\"cartridges\"].remove(next(c for c in ledger[\"cartridges\"] if c[\"label\"] == \"T1\"))\n"
        + "            write(path, ledger)", "expire writes day and request"
    ),
    (
      "        cartridge = by_label[copy[\"id\"]]",
      "        by_label[\"T2\"][\"last-day\"] = copy[\"expires\"]\n        cartridge = by_label[copy[\"id\"]]",
      "expire writes day and request"
    ),
  ])
  func `a program that breaks a promise is told which`(old: String, new: String, promise: String) async throws {
    let world = try TapeWorld()
    let findings = try await findings(world, try world.program(old, new))
    let broken = findings.filter { $0.fault != nil }
    #expect(broken.contains { $0.promise.contains(promise) }, "\(findings)")
  }

  @Test func `requests of others are kept, and a program that hangs or is not there is told so`() async throws {
    let world = try TapeWorld()
    try world.write([
      [
        "label": "T1", "system": "crm", "written-from": "2026-02-27T01:00:00Z",
        "written-until": "2026-02-27T01:20:00Z", "keep-days": 35, "requests": ["r-1"], "last-day": "2026-03-20",
      ]
    ])
    let forgetting = try world.program("cartridge.setdefault(\"requests\", [])", "cartridge[\"requests\"] = []")
    let findings = try await findings(world, forgetting)
    #expect(findings.contains { $0.fault?.contains("those before it") == true }, "\(findings)")
    let hanging = try await self.findings(world, try world.script("#!/bin/sh\nexec sleep 600\n"), copy: nil, seconds: 1)
    #expect(hanging.allSatisfy { $0.fault != nil } && hanging[0].fault == "it took longer than 1 seconds")
    let missing = try await self.findings(world, "/nowhere", copy: nil)
    #expect(missing.allSatisfy { $0.fault != nil } && missing[0].fault?.contains("does not start") == true)
    #expect(
      CommandConformance(
        ["tape.py"], environment: [:], system: try CompanyOrders.name("crm"), copy: nil, now: .distantFuture) == nil)
  }
}
