import Testing

@testable import Journal

@Suite struct KnownRecordsTests {
  @Test func `a text finds what was kept for its own bytes and type, and nothing else`() {
    let known = KnownRecords()
    known.keep(1, as: "\u{E9}")
    #expect(known.record(Int.self, "\u{E9}") == 1)
    // Swift calls these equal; they are other bytes.
    #expect(known.record(Int.self, "e\u{301}") == nil)
    #expect(known.record(String.self, "\u{E9}") == nil)
  }

  @Test func `what is used stays, and the rest goes`() {
    let known = KnownRecords()
    known.keep(0, as: "used")
    known.keep(0, as: "unused")
    for number in 0..<(4 * KnownRecords.generation) {
      known.keep(number, as: "\(number)")
      if number.isMultiple(of: 100) { #expect(known.record(Int.self, "used") == 0) }
    }
    #expect(known.record(Int.self, "unused") == nil)
    #expect(known.record(Int.self, "\(4 * KnownRecords.generation - 1)") != nil)
  }
}
