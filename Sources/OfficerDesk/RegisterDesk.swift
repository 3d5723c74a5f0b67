import ConnectorKit
import ErasureDomain
import ErasureEngine
import ErasurePlanning
import OfficerAPI

// Proposing files of the register, and showing what follows from them.
extension OfficerDesk {
  func draftRegister(_ call: DraftRegister) async throws -> DraftedRegister {
    let (name, record) = try registered(call.system)
    guard let connector = try systems.connector(name) as? any Drafting else {
      throw Refusal(.refused, "system \"\(name)\" is no database that can be asked for its tables")
    }
    let outline = try await connector.draft(deadline: clock.now().adding(seconds: Self.searchSeconds))
    let draft = RegisterDraft(of: record, from: outline, on: clock.today)
    return DraftedRegister(system: name, text: draft.text, datasets: draft.datasets)
  }

  func showStatements(_ call: ShowStatements) async throws -> ShownStatements {
    let (name, _) = try registered(call.system)
    guard let connector = try systems.connector(name) as? any StatementListing else {
      throw Refusal(.refused, "system \"\(name)\" is sent no statements that could be shown")
    }
    let text = try await connector.statements(deadline: clock.now().adding(seconds: Self.searchSeconds))
    // Whoever signs the text signs what the register said when it was written.
    let head = gate.digest(of: name).map { digest in
      """
      -- Record \(digest) of the register: after any change of its file this text is another one.
      -- The database's administrator signs the file with: ssh-keygen -Y sign -n database@expunged -f KEY FILE

      """
    }
    return ShownStatements(system: name, text: (head ?? "") + text)
  }

  private func registered(_ text: String) throws -> (SystemName, SystemRecord) {
    guard let name = SystemName(text), let record = settings.register[name] else {
      let known = settings.register.systems.map(\.system.description).joined(separator: ", ")
      throw Refusal(.notFound, "the register has no system \"\(Self.shown(text))\"; there are \(known)")
    }
    return (name, record)
  }
}
