import ErasureDomain
import Testing

@testable import ErasurePlanning

@Suite struct IdentifierAcceptanceTests {
  private let stops = StopList(values: ["info@", "0000", "+31 (10) 123-4567"], domains: ["Own.example"])

  private func decide(
    _ value: String, kind: IdentifierKind = .email, pointsTo: Int = 1, hops: Int = 1,
    known: [SubjectIdentifier] = []
  ) -> IdentifierAcceptance {
    IdentifierAcceptance.decide(
      FoundIdentifier(identifier: SubjectIdentifier(kind: kind, value: value), dataset: "d", pointsTo: pointsTo),
      hops: hops, known: known, stopList: stops)
  }

  @Test func `an identifier of one person within the hop limit is searched further`() {
    #expect(decide("jan@example.com") == .accepted)
    #expect(decide("jan@example.com", hops: IdentifierAcceptance.hopLimit) == .accepted)
  }

  @Test func `one that points to several persons or to none is asked`() {
    #expect(decide("jan@example.com", pointsTo: 2) == .ask(.ambiguous))
    #expect(decide("jan@example.com", pointsTo: 0) == .ask(.ambiguous))
  }

  @Test func `one beyond the hop limit is asked`() {
    #expect(decide("jan@example.com", hops: IdentifierAcceptance.hopLimit + 1) == .ask(.tooFar))
  }

  @Test(arguments: [
    "info@other.example", "INFO@other.example ", "jan@own.example", "jan@mail.own.example", "0000", "00-00",
    "31101234567", "", " ", "-", "@",
  ])
  func `one on the stop list is stopped`(value: String) {
    #expect(decide(value) == .stopped)
  }

  @Test(arguments: ["jan.info@other.example", "jan@notown.example", "jan@own.example.com", "00000", "00001"])
  func `one that only resembles the stop list is not stopped`(value: String) {
    #expect(decide(value) == .accepted)
  }

  @Test func `one that is known already is known, in any case of an address and in its own case of a number`() {
    let number = IdentifierKind(rawValue: "customer-no")
    let known = [
      SubjectIdentifier(kind: .email, value: "Jan@Example.com"), SubjectIdentifier(kind: number, value: "ab1"),
      SubjectIdentifier(kind: .email, value: "info@shop.example"),
    ]
    #expect(decide(" jan@example.com", known: known) == .known)
    #expect(decide("ab1", kind: number, known: known) == .known)
    #expect(decide("AB1", kind: number, known: known) == .accepted)
    #expect(decide("ab1", kind: .phone, known: known) == .accepted)
    // The person named it: that it is on the stop list no longer matters.
    #expect(decide("info@shop.example", known: known) == .known)
  }
}
