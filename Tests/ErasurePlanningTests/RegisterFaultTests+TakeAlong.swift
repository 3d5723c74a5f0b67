import ErasureDomain
import Testing

@testable import ErasurePlanning

// What a person takes along, wrongly declared.
extension RegisterFaultTests {
  private static let session = "    table: session\n"

  static let takeAlongCases: [FaultCase] = [
    FaultCase(
      session, session + "    take-along: {}\n",
      "o/shop.yaml:18: \"take-along\" is empty; name the columns the person has provided: take-along: {portability: [email]}"
    ),
    FaultCase(
      session, session + "    take-along: {portability: [a, b], third-party: [b]}\n",
      "o/shop.yaml:18: \"take-along\" has column \"b\" under portability and under third-party; a column of which others are part, or that is withheld, is in no portability package"
    ),
    FaultCase(
      session, session + "    take-along: {access: [a]}\n",
      "o/shop.yaml:18: unknown key \"access\" in \"take-along\"; allowed: portability, third-party, withheld",
      "o/shop.yaml:18: \"take-along\" is empty; name the columns the person has provided: take-along: {portability: [email]}"
    ),
    FaultCase(
      session, session + "    take-along: {portability: [a, a]}\n",
      "o/shop.yaml:18: \"portability\" names \"a\" twice; take one out"),
  ]

  @Test func `what is taken along is read, and belongs to the record that is approved`() throws {
    let shop = Self.good.replacing(
      Self.session, with: Self.session + "    take-along: {portability: [name], withheld: [score]}\n")
    let session = try #require(try Self.read(shop: shop).systems.first?.datasets.first { $0.name == "session" })
    #expect(session.takeAlong == TakeAlong(portability: ["name"], withheld: ["score"]))
    let bytes = try CanonicalJSON.encode(session)
    #expect(try CanonicalJSON.decode(DatasetRecord.self, from: bytes) == session)
  }
}
