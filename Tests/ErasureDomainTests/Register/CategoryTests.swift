import ErasureDomain
import Testing

@Suite struct `Categories whose rows belong to each other` {
  private func dataset(_ name: String, _ category: String?, of parents: [String] = [], root: Bool = true)
    -> DatasetRecord
  {
    DatasetRecord(
      name: name, table: name, find: root ? [IdentifiedColumn(kind: .email, column: "email")] : [],
      suffices: root ? [.email] : [], yields: [], review: [],
      belongsTo: parents.map { Belonging(dataset: $0, columns: [Belonging.Pair(child: "p", parent: "id")]) },
      treatment: .delete, category: category)
  }

  private func system(_ datasets: [DatasetRecord]) throws -> SystemRecord {
    let name = try #require(SystemName("shop"))
    return SystemRecord(
      system: name, title: "Shop", role: .own, owner: "a", subjects: [.customer], connector: "sqlite",
      settings: .object([:]), identifiers: [], datasets: datasets, blockers: [], copies: [], concurrency: 1)
  }

  @Test func `are bound in both directions, through either parent, and others are not`() throws {
    let shop = try system([
      dataset("customers", "contact"), dataset("orders", "purchases", of: ["customers"]),
      dataset("lines", nil, of: ["orders"], root: false), dataset("newsletter", "marketing"),
      dataset("notes", nil, of: ["newsletter", "customers"], root: false),
    ])
    #expect(shop.categories(boundTo: "contact") == ["marketing", "purchases"])
    #expect(shop.categories(boundTo: "purchases") == ["contact"])
    #expect(shop.categories(boundTo: "marketing") == ["contact"])
    #expect(
      try system([dataset("customers", "contact"), dataset("leads", "marketing")]).categories(boundTo: "contact") == [])
  }
}
