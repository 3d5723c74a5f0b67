import ConnectorKit
import ErasureDomain
import ErasurePlanning
import OfficerAPI

// Proposing files of the register.
extension OfficerDesk {
  func draftRegister(_ call: DraftRegister) async throws -> DraftedRegister {
    guard let name = SystemName(call.system), let record = settings.register[name] else {
      let known = settings.register.systems.map(\.system.description).joined(separator: ", ")
      throw Refusal(.notFound, "the register has no system \"\(Self.shown(call.system))\"; there are \(known)")
    }
    guard let connector = try systems.connector(name) as? any Drafting else {
      throw Refusal(.refused, "system \"\(name)\" is no database that can be asked for its tables")
    }
    let outline = try await connector.draft(deadline: clock.now().adding(seconds: Self.searchSeconds))
    let draft = RegisterDraft(of: record, from: outline, on: clock.today)
    return DraftedRegister(system: name, text: draft.text, datasets: draft.datasets)
  }
}
