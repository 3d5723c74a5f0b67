import ErasureDomain
import Testing

@testable import ErasureEngine

@Suite struct EnginePlacesTests {
  private func name(_ text: String) throws -> SystemName { try #require(SystemName(text)) }

  /// Lets a system begin as many jobs as it may.
  private func fill(_ places: inout EnginePlaces, _ system: SystemName, capacity: Int) -> Int {
    var begun = 0
    while places.mayBegin(system, capacity: capacity) {
      places.begin(system)
      begun += 1
    }
    return begun
  }

  @Test func `no system has more than half of the shared places beside its own`() throws {
    var places = EnginePlaces(shared: 16, most: 256)
    let (slow, other) = (try name("slow"), try name("other"))
    #expect(fill(&places, slow, capacity: 64) == 9)
    #expect(fill(&places, other, capacity: 3) == 3)
    #expect(places.running == 12 && places.load(slow) == 9)
    var narrow = EnginePlaces(shared: 1, most: 256)
    #expect(fill(&narrow, slow, capacity: 64) == 2, "at least one")
  }

  @Test func `however many systems are full, each further one runs a job`() throws {
    var places = EnginePlaces(shared: 16, most: 256)
    let slow = try (1...3).map { fill(&places, try name("slow-\($0)"), capacity: 16) }
    #expect(slow == [9, 9, 1])
    for number in 1...100 {
      let good = try name("good-\(number)")
      #expect(fill(&places, good, capacity: 2) == 1)
    }
  }

  @Test func `what ends gives back its own place, the first of a system as the last`() throws {
    var places = EnginePlaces(shared: 4, most: 256)
    let (slow, good, third) = (try name("slow"), try name("good"), try name("third"))
    #expect(fill(&places, slow, capacity: 16) == 3)
    #expect(fill(&places, good, capacity: 16) == 3)
    #expect(fill(&places, third, capacity: 16) == 1)
    places.end(slow)
    #expect(places.mayBegin(slow, capacity: 16) && places.mayBegin(third, capacity: 16))
    for _ in 1...2 { places.end(slow) }
    #expect(places.load(slow) == 0 && places.mayBegin(slow, capacity: 16))
    places.end(slow)
    #expect(places.running == 4, "one that does not run does not end")
  }

  @Test func `the whole is bounded, and without places nothing runs`() throws {
    var places = EnginePlaces(shared: 16, most: 5)
    for number in 1...9 { _ = fill(&places, try name("s-\(number)"), capacity: 1) }
    #expect(places.running == 5)
    let one = try name("s")
    #expect(!EnginePlaces(shared: 0, most: 256).mayBegin(one, capacity: 1))
    #expect(!EnginePlaces(shared: 16, most: 256).mayBegin(one, capacity: 0))
  }
}
