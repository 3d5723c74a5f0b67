public import ErasureDomain

/// One request of a description: method, templates of its parts, and what counts as success.
public struct HTTPSystemCall: Hashable, Sendable, Codable {
  /// In capitals.
  public let method: String
  /// Template of the path below the base, or one placeholder alone that holds a link of the same origin.
  public let target: String
  /// Templates of the query's values.
  public let query: [String: String]
  /// Templates of header fields.
  public let headers: [String: String]
  public let body: HTTPSystemBody?
  /// Answers that mean success; for all others the class of the status decides.
  public let done: [HTTPSystemCondition]
  /// Values of the answer that later requests use as `{taken.name}`: name and path.
  public let take: [String: String]

  public init(
    method: String, target: String, query: [String: String] = [:], headers: [String: String] = [:],
    body: HTTPSystemBody? = nil, done: [HTTPSystemCondition], take: [String: String] = [:]
  ) {
    self.method = method
    self.target = target
    self.query = query
    self.headers = headers
    self.body = body
    self.done = done
    self.take = take
  }

  /// Every template of the request that may hold a placeholder.
  public var templates: [String] { [target] + query.values + headers.values + (body?.templates ?? []) }

  /// Whether the same request goes out, whatever is expected of its answer.
  func sends(sameAs other: HTTPSystemCall) -> Bool {
    method == other.method && target == other.target && query == other.query && body == other.body
  }
}

/// The body of a request; placeholders are encoded by the rules of its kind.
public enum HTTPSystemBody: Hashable, Sendable, Codable {
  case json(CanonicalJSON)
  case xml(String)
  /// Rows of cells (RFC 4180).
  case csv([[String]])

  /// Every text of it.
  public var templates: [String] {
    switch self {
    case .json(let value): Self.texts(of: value)
    case .xml(let text): [text]
    case .csv(let rows): rows.flatMap { $0 }
    }
  }

  private static func texts(of value: CanonicalJSON) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let values): values.flatMap(texts)
    case .object(let members): members.values.flatMap(texts)
    case .integer, .boolean: []
    }
  }
}

/// An answer that is recognised: its status, and what stands in it.
public struct HTTPSystemCondition: Hashable, Sendable, Codable {
  public let status: Int
  /// Paths and the text that stands there.
  public let equal: [String: String]
  /// Paths that are there and hold nothing: null, an empty text, an empty list. A path that is not there is not empty.
  public let empty: [String]
  /// Paths that are there, whatever they hold.
  public let present: [String]

  public init(status: Int, equal: [String: String] = [:], empty: [String] = [], present: [String] = []) {
    self.status = status
    self.equal = equal
    self.empty = empty
    self.present = present
  }

  /// Whether anything but the status counts.
  public var readsBody: Bool { !equal.isEmpty || !empty.isEmpty || !present.isEmpty }
}
