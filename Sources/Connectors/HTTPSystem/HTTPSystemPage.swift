import ConnectorKit
import ErasureDomain
import ErasurePlanning

/// Where a search is in a list that comes in pages.
struct HTTPSystemPage: Sendable {
  /// The next page's own URL.
  private(set) var url: String?
  /// What the next request's query has besides.
  private(set) var query: [String: String] = [:]
  private var bodyPath: [String] = []
  private var bodyValue: CanonicalJSON?
  private var offset = 0

  /// The body of the next request, when the place in the list stands in it; nil to send the locator's own.
  func body(_ body: HTTPSystemBody?) -> HTTPSystemBody? {
    guard let bodyValue, case .json(let value)? = body else { return nil }
    return .json(Self.replacing(value, at: bodyPath[...], by: bodyValue))
  }

  /// Goes on to the next page; false when there is none.
  mutating func advance(
    _ paging: HTTPSystemPaging?, _ body: AnswerBody, _ records: [AnswerBody], _ conversation: HTTPConversation
  ) throws(ConnectorFailure) -> Bool {
    switch paging {
    case nil: return false
    case .link(let path):
      guard let link = body.scalars(at: path).first, !link.isEmpty else { return false }
      url = try conversation.link(link)
    case .cursor(let path, let sendAs):
      guard let cursor = Self.value(body.values(at: path).first), cursor != .string("") else { return false }
      send(cursor, as: sendAs)
    case .last(let path, let more, let sendAs):
      guard let more = body.scalars(at: more).first, more == "true" || more == "false" else {
        throw HTTPAnswerFailure.refused("malformed-answer")
      }
      guard more == "true" else { return false }
      guard let last = Self.value(records.last?.values(at: path).first) else {
        throw HTTPAnswerFailure.refused("malformed-answer")
      }
      send(last, as: sendAs)
    case .offset(let sendAs):
      guard !records.isEmpty else { return false }
      offset += records.count
      send(.integer(Int64(offset)), as: sendAs)
    }
    return true
  }

  /// A text or a whole number, as the service wrote it.
  private static func value(_ value: AnswerValue?) -> CanonicalJSON? {
    switch value {
    case .text(let text): .string(text)
    case .number(let text): Int64(text).map { .integer($0) } ?? .string(text)
    case nil, .null, .truth, .list, .object: nil
    }
  }

  private mutating func send(_ value: CanonicalJSON, as place: String) {
    if place.hasPrefix("query.") {
      query[String(place.dropFirst("query.".count))] = value.string ?? value.integer.map(String.init)
      return
    }
    bodyPath = Array((HTTPPath(place)?.names ?? []).dropFirst())
    // Braces are no placeholders here.
    bodyValue = value.string.map { .string($0.replacing("{", with: "{{").replacing("}", with: "}}")) } ?? value
  }

  private static func replacing(_ value: CanonicalJSON, at path: ArraySlice<String>, by new: CanonicalJSON)
    -> CanonicalJSON
  {
    guard let name = path.first else { return new }
    if let place = Int(name), var values = value.array, values.indices.contains(place) {
      values[place] = replacing(values[place], at: path.dropFirst(), by: new)
      return .array(values)
    }
    var members = value.object ?? [:]
    members[name] = replacing(members[name] ?? .object([:]), at: path.dropFirst(), by: new)
    return .object(members)
  }
}
