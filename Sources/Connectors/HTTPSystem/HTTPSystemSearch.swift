import ConnectorKit
import ErasureDomain
import ErasurePlanning
import HTTPTransport

/// What a search has found: records by their keys, in the order found, each once.
struct HTTPSystemFound: Sendable {
  var records: [String: [RootRecord]] = [:]
  /// What roots hold, for identifiers and recognition; forgotten with the call.
  var bodies: [RootRecord: AnswerBody] = [:]

  func records(_ name: String) -> [RootRecord] { records[name] ?? [] }

  func contains(_ record: RootRecord) -> Bool { records(record.dataset).contains(record) }

  mutating func add(_ record: RootRecord, _ body: AnswerBody) {
    if !records(record.dataset).contains(record) { records[record.dataset, default: []].append(record) }
    bodies[record] = bodies[record] ?? body
  }

  var isEmpty: Bool { records.values.allSatisfy(\.isEmpty) }
}

/// Searches one service by the locators of its description.
struct HTTPSystemSearch: Sendable {
  /// Pages of one search.
  static let mostPages = 1_000

  let description: HTTPSystemDescription
  let conversation: HTTPConversation
  /// Mails and tickets of the request itself, which stay.
  let spared: [CaseRecord]

  /// Everything that the identifiers lead to, exact matches only. Records that are left out, and what belongs to them,
  /// are not in it.
  func all(
    _ identifiers: [SubjectIdentifier], leftOut: [RootRecord]
  ) async throws(ConnectorFailure) -> HTTPSystemFound {
    var found = HTTPSystemFound()
    for locator in description.locators where locator.parent == nil {
      for identifier in Self.searched(identifiers, by: locator) {
        var filling = conversation.filling
        filling.subject = identifier
        for (record, body) in try await records(locator, filling) where !leftOut.contains(record) {
          found.add(record, body)
        }
      }
    }
    try await addDependents(to: &found, besides: leftOut)
    return found
  }

  /// What belongs to the records that are there already. With `mayBeGone` a record that is not there has nothing.
  func addDependents(
    to found: inout HTTPSystemFound, besides leftOut: [RootRecord], mayBeGone: Bool = false
  ) async throws(ConnectorFailure) {
    // What belongs to a record that stays, stays, also where it belongs to another one too.
    var staying = HTTPSystemFound()
    for record in leftOut { staying.records[record.dataset, default: []].append(record) }
    for locator in description.locators {
      guard let parent = locator.parent else { continue }
      for record in staying.records(parent) {
        for (dependent, body) in try await records(locator, of: record, mayBeGone: true) {
          staying.add(dependent, body)
        }
      }
      for record in found.records(parent) {
        for (dependent, body) in try await records(locator, of: record, mayBeGone: mayBeGone)
        where !staying.records(locator.name).contains(dependent) {
          found.add(dependent, body)
        }
      }
    }
  }

  /// The values of a locator's kind. Addresses are compared without their case, and some services search with it.
  static func searched(_ identifiers: [SubjectIdentifier], by locator: HTTPSystemLocator) -> [SubjectIdentifier] {
    var values: [SubjectIdentifier] = []
    for identifier in identifiers where identifier.kind == locator.kind {
      let folded = SubjectIdentifier(kind: identifier.kind, value: identifier.value.lowercased())
      for one in identifier.kind == .email ? [identifier, folded] : [identifier] where !values.contains(one) {
        values.append(one)
      }
    }
    return values
  }

  private func records(
    _ locator: HTTPSystemLocator, of record: RootRecord, mayBeGone: Bool
  ) async throws(ConnectorFailure) -> [(RootRecord, AnswerBody)] {
    var filling = conversation.filling
    filling.located = record
    return try await records(locator, filling, mayBeGone: mayBeGone)
  }

  // MARK: Pages

  private func records(
    _ locator: HTTPSystemLocator, _ filling: HTTPFilling, mayBeGone: Bool = false
  ) async throws(ConnectorFailure) -> [(RootRecord, AnswerBody)] {
    var kept: [(RootRecord, AnswerBody)] = []
    var page = HTTPSystemPage()
    for number in 1...Self.mostPages {
      let response = try await conversation.send(
        locator.call, filling, url: page.url, query: page.query, body: page.body(locator.call.body))
      if mayBeGone, number == 1, response.status == 404 || response.status == 410 { return [] }
      guard conversation.fits(response, locator.call.done) else { throw conversation.failure(of: response) }
      let body = try conversation.body(of: response)
      guard let records = body.records(at: locator.items) else { throw HTTPAnswerFailure.refused("malformed-answer") }
      for record in records where try keeps(record, locator, filling) {
        kept.append((try key(of: record, locator), record))
      }
      guard kept.count <= HTTPSystemLocator.mostDependents else { throw HTTPAnswerFailure.refused("too-many-records") }
      guard try page.advance(locator.next, body, records, conversation) else { return kept }
    }
    throw HTTPAnswerFailure.refused("too-many-pages")
  }

  /// Whether everything that must match does, exactly; addresses without their case.
  private func keeps(
    _ record: AnswerBody, _ locator: HTTPSystemLocator, _ filling: HTTPFilling
  ) throws(ConnectorFailure) -> Bool {
    for (path, template) in locator.keep {
      let wanted = try filling.text(template)
      let isAddress = locator.found.contains { $0.path == path && $0.kind == .email }
      let matches = record.scalars(at: path).contains { Self.isSame($0, wanted, isAddress: isAddress) }
      guard matches else { return false }
    }
    guard let ownCase = locator.ownCase else { return true }
    let names = record.scalars(at: ownCase.path)
    return !spared.contains { one in one.kind == ownCase.kind && names.contains(where: one.isNamed) }
  }

  /// Byte for byte; ASCII letters of addresses without their case.
  static func isSame(_ one: String, _ other: String, isAddress: Bool) -> Bool {
    func bytes(_ text: String) -> [UInt8] {
      isAddress ? text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } : Array(text.utf8)
    }
    return bytes(one) == bytes(other)
  }

  /// The values that name the record for good. One that is missing, empty or several is no key.
  private func key(of record: AnswerBody, _ locator: HTTPSystemLocator) throws(ConnectorFailure) -> RootRecord {
    var parts: [RootRecord.KeyPart] = []
    for path in locator.key {
      let values = record.scalars(at: path)
      guard values.count == 1, let value = values.first, value.contains(where: { !$0.isWhitespace }) else {
        throw HTTPAnswerFailure.refused("record-without-key")
      }
      parts.append(RootRecord.KeyPart(column: path, value: value))
    }
    return RootRecord(dataset: locator.name, key: parts)
  }
}
