import ErasureDomain
import SubjectVault
import Testing

@Suite struct EpochTests {
  @Test(arguments: [
    ("2026-01-01", "2026-Q1"), ("2026-03-31", "2026-Q1"), ("2026-04-01", "2026-Q2"), ("2026-09-30", "2026-Q3"),
    ("2026-10-01", "2026-Q4"), ("2026-12-31", "2026-Q4"), ("0900-07-01", "0900-Q3"),
  ])
  func `a day is in its calendar quarter, and the text reads back`(_ given: (day: String, quarter: String)) throws {
    let epoch = Keyring.Epoch(containing: try day(given.day))
    #expect(epoch.description == given.quarter)
    #expect(Keyring.Epoch(given.quarter) == epoch)
    #expect(try CanonicalJSON.decode(Keyring.Epoch.self, from: CanonicalJSON.encode(epoch)) == epoch)
  }

  @Test(arguments: ["2026-Q0", "2026-Q5", "2026-q1", "26-Q1", "0000-Q1", "2026Q1", "", "2026-Q1 ", "-026-Q1"])
  func `other texts are not a quarter`(_ text: String) {
    #expect(Keyring.Epoch(text) == nil)
  }

  @Test func `quarters are ordered in time`() throws {
    let epochs = try ["2025-12-31", "2026-01-01", "2026-04-01", "2027-01-01"].map {
      Keyring.Epoch(containing: try day($0))
    }
    #expect(epochs.shuffled().sorted() == epochs)
  }
}
