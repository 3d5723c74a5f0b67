public import ConnectorKit
public import ErasureDomain
import ErasurePlanning
import HTTPTransport

extension HTTPSystemConnector {
  // MARK: Locating

  /// Counts exact matches and seals nothing. Zero hits mean "nothing found", because the control read has succeeded.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings {
    try Self.check(search.identifiers)
    let conversation = HTTPConversation(line, deadline: search.deadline)
    try await control(conversation)
    let found = try await HTTPSystemSearch(
      description: description, conversation: conversation, spared: search.spared
    )
    .all(search.identifiers, leftOut: search.leftOut)
    return Findings(
      counts: description.locators.map { count(found.records($0.name).count, $0) },
      roots: roots(found).sorted(), yields: yields(found, besides: search.identifiers),
      obstacles: try await obstacles(found, conversation), sideEffects: sideEffects)
  }

  func roots(_ found: HTTPSystemFound) -> [RootRecord] {
    description.locators.filter { $0.parent == nil }.flatMap { found.records($0.name) }
  }

  /// A number of records under the word for how far their erasure goes.
  func count(_ number: Int, _ locator: HTTPSystemLocator) -> DatasetCount {
    let isHard = description.level(of: locator.name) == .hard
    return DatasetCount(
      dataset: locator.name, isRoot: locator.parent == nil, erase: isHard ? number : 0, restricted: isHard ? 0 : number)
  }

  /// Identifiers for other systems. Whether anybody else has them here is not known, so an officer is asked.
  private func yields(_ found: HTTPSystemFound, besides known: [SubjectIdentifier]) -> [FoundIdentifier] {
    var yields: [FoundIdentifier] = []
    for locator in description.locators {
      for record in found.records(locator.name) {
        for (kind, path) in locator.yields.sorted(by: { $0.key < $1.key }) {
          for value in found.bodies[record]?.scalars(at: path) ?? []
          where value.contains(where: { !$0.isWhitespace }) {
            let identifier = SubjectIdentifier(kind: IdentifierKind(rawValue: kind), value: value)
            guard !known.contains(identifier), !yields.contains(where: { $0.identifier == identifier }) else {
              continue
            }
            yields.append(FoundIdentifier(identifier: identifier, dataset: locator.name, pointsTo: 0))
          }
        }
      }
    }
    return yields
  }

  private func obstacles(
    _ found: HTTPSystemFound, _ conversation: HTTPConversation
  ) async throws(ConnectorFailure) -> [Obstacle] {
    var obstacles: [Obstacle] = []
    for locator in description.locators {
      let records = found.records(locator.name)
      if locator.parent == nil, records.count > locator.atMost {
        obstacles.append(
          Obstacle(
            code: FailureCode("more-than-at-most"),
            message:
              "\(records.count) exact matches of \"\(locator.name)\", and at-most is \(locator.atMost); see in the "
              + "service whose they are, then correct them there or at-most in catalogue/\(description.name).yaml"))
      }
      guard let first = records.first, try await look(at: first, conversation) else { continue }
      obstacles.append(Self.blind(locator, description))
    }
    return obstacles
  }

  private static func blind(_ locator: HTTPSystemLocator, _ description: HTTPSystemDescription) -> Obstacle {
    Obstacle(
      code: FailureCode("verify-blind"),
      message: "verify says that \"\(locator.name)\" is erased while it is there; correct verify in "
        + "catalogue/\(description.name).yaml")
  }

  /// What the description says besides, how far its erasures go, and whether it has ever been tried.
  private var sideEffects: [String] {
    var lines = description.effects
    for locator in description.locators where description.level(of: locator.name) == .soft {
      lines.append("\(locator.name): taken out of use, not erased; an administrator there can still reach it.")
    }
    if !description.hasRunAgainstVendor {
      lines.append("The description \(description.name) has never been run against the vendor's own service.")
    }
    return lines
  }

  // MARK: Looking again

  /// Whether a record is erased: all its looks say so. Any other answer that is no failure means that it is there.
  func look(at record: RootRecord, _ conversation: HTTPConversation) async throws(ConnectorFailure) -> Bool {
    let looks = description.looks.filter { $0.dataset == record.dataset }
    guard !looks.isEmpty else { throw .permanent(FailureCode("no-look")) }
    var filling = conversation.filling
    filling.located = record
    for look in looks {
      let response = try await conversation.send(look.call, filling)
      if conversation.fits(response, look.erasedWhen) { continue }
      guard (200..<300).contains(response.status) else { throw conversation.failure(of: response) }
      return false
    }
    return true
  }

  /// Looks for each sealed record by its key, and for the person by the identifiers, beside a control read.
  public func verify(_ order: ErasureOrder) async throws(ConnectorFailure) -> Verification {
    try Self.check(order.identifiers)
    let conversation = HTTPConversation(line, deadline: order.callDeadline)
    try await control(conversation)
    let search = HTTPSystemSearch(description: description, conversation: conversation, spared: order.spared)
    let found = try await search.all(order.identifiers, leftOut: order.leftOut)
    var there = found.records.mapValues(Set.init)
    let progress = HTTPSystemProgress(order)
    var sealed = progress?.found ?? HTTPSystemFound()
    for root in order.roots where !order.leftOut.contains(root) {
      if !sealed.records(root.dataset).contains(root) { sealed.records[root.dataset, default: []].append(root) }
    }
    if progress == nil { try await search.addDependents(to: &sealed, besides: order.leftOut, mayBeGone: true) }
    for record in sealed.records.values.joined() where there[record.dataset]?.contains(record) != true {
      if try await !look(at: record, conversation) { there[record.dataset, default: []].insert(record) }
    }
    let remaining = description.locators.compactMap { locator -> DatasetCount? in
      let number = there[locator.name]?.count ?? 0
      return number > 0 ? count(number, locator) : nil
    }
    return Verification(
      voucher: .us, seen: .secondLook, path: FailureCode("by-key-and-control-read"), remaining: remaining)
  }
}
