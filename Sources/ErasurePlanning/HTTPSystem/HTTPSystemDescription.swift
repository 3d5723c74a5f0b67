public import ErasureDomain

/// How persons are found, erased and looked for again in a service that speaks HTTP (format `http-system/1`).
///
/// Read from `plans/catalogue/` by `HTTPSystemReader`; a part of the system's record, so that whoever approves or
/// releases the system approves these requests too. `plans/catalogue/README.md` is the reference of the format.
public struct HTTPSystemDescription: Hashable, Sendable, Codable {
  /// The only version of the format.
  public static let format = 1

  /// The file's name.
  public let name: String
  /// Whether it has ever been run against the vendor's own service; if not, every plan says so.
  public let hasRunAgainstVendor: Bool
  /// Where its facts come from.
  public let sources: [String]
  /// Template of the URL that paths are appended to.
  public let base: String
  public let auth: HTTPSystemAuth
  /// The most requests in a time; nil for as fast as answers come.
  public let rate: RequestRate?
  /// Seconds that one answer may take.
  public let timeoutSeconds: Int
  /// A request that must succeed with the same credentials: without it "not there" would prove nothing.
  public let control: HTTPSystemCall
  /// In the order of the file; what belongs to something stands after it.
  public let locators: [HTTPSystemLocator]
  /// In the order in which they are carried out.
  public let steps: [HTTPSystemStep]
  public let looks: [HTTPSystemLook]
  /// What else happens there, shown in the plan.
  public let effects: [String]

  /// A description from its parts, unchecked.
  public init(
    name: String, hasRunAgainstVendor: Bool, sources: [String], base: String, auth: HTTPSystemAuth,
    rate: RequestRate?, timeoutSeconds: Int, control: HTTPSystemCall, locators: [HTTPSystemLocator],
    steps: [HTTPSystemStep], looks: [HTTPSystemLook], effects: [String]
  ) {
    self.name = name
    self.hasRunAgainstVendor = hasRunAgainstVendor
    self.sources = sources
    self.base = base
    self.auth = auth
    self.rate = rate
    self.timeoutSeconds = timeoutSeconds
    self.control = control
    self.locators = locators
    self.steps = steps
    self.looks = looks
    self.effects = effects
  }

  /// The locator of a name.
  public func locator(_ name: String) -> HTTPSystemLocator? { locators.first { $0.name == name } }

  /// How far what is located under a name goes: hard as soon as one of its steps is.
  public func level(of name: String) -> HTTPSystemStep.Level {
    steps.contains { $0.dataset == name && $0.level == .hard } ? .hard : .soft
  }

  /// What is located, in the words of the register: for the order of searches, kinds of identifiers and coverage.
  public var datasets: [DatasetRecord] {
    locators.map { locator in
      DatasetRecord(
        name: locator.name, table: locator.name,
        find: locator.found.map { IdentifiedColumn(kind: $0.kind, column: $0.path) },
        suffices: Array(Set(locator.found.map(\.kind))).sorted(),
        yields: locator.yields.sorted { $0.key < $1.key }.map {
          IdentifiedColumn(kind: IdentifierKind(rawValue: $0.key), column: $0.value)
        },
        review: locator.review?.fields ?? [],
        belongsTo: locator.parent.map { [Belonging(dataset: $0, columns: [])] } ?? [], treatment: .delete)
    }
  }
}

/// How requests are authenticated. All texts are templates; secrets are named, never written.
public enum HTTPSystemAuth: Hashable, Sendable, Codable {
  case basic(user: String, password: String)
  case bearer(token: String)
  case header(name: String, value: String)
  /// OAuth 2.0 client credentials (RFC 6749 section 4.4), the client's secret in the body.
  case oauth2(tokenURL: String, clientID: String, clientSecret: String, scope: String?)
  /// A call that opens a session, and the `Authorization` that later calls carry: a scheme and the Base64 of a text.
  case session(login: HTTPSystemCall, scheme: String, base64: String)
}
