import ConnectorKit
import Connectors
import ErasureDomain
import TestKit
import Testing

struct ManualTaskConnectorTests {
  private func connector(_ instruction: String = "Fetch the stick and delete the rows.") throws -> ManualTaskConnector {
    try ManualTaskConnector(
      settings: ManualTaskSettings(instruction: instruction),
      context: CompanyOrders.context(role: .carrier, clock: ManualClock()))
  }

  @Test func `it asks a person, and neither finds nor claims anything`() async throws {
    let connector = try connector()
    let order = try CompanyOrders.order(verb: .manual)
    let found = try await connector.locate(
      SearchOrder(system: order.system, identifiers: order.identifiers, deadline: order.deadline))
    #expect(found == Findings())
    let recorder = NoticeRecorder()
    await #expect(throws: ConnectorFailure.needsOfficer(Question(code: .manualTask))) {
      try await connector.erase(order, before: recorder)
    }
    #expect(recorder.events.isEmpty)
    let look = try await connector.verify(order)
    #expect(look.voucher == .person && look.seen == .attestation && !look.isClean)
    #expect(throws: ReceiptRefusal.stillThere(1)) { try ErasureReceipt(verification: look, effects: []) }
  }

  @Test func `an empty instruction and an unknown setting are refused`() throws {
    #expect(throws: SettingsProblem.self) { try connector(" \n") }
    var registry = ConnectorRegistry()
    registry.add(ManualTaskConnector.self)
    let settings: CanonicalJSON = .object(["instruction": .string("Look."), "owner": .string("x")])
    let context = try CompanyOrders.context(connector: "manual-task", settings: settings, clock: ManualClock())
    #expect(throws: SettingsProblem.self) { try registry.connector(for: context) }
  }
}
