public import ConnectorKit
public import ErasureDomain
public import ErasurePlanning
import HTTPTransport

/// Finds, erases and looks for a person in a service that speaks HTTP, as a description of the catalogue says
/// (`http-system/1`).
///
/// Locates, keeps exact matches only, erases step by step, and looks again by other requests. Every look is worth
/// something only because a control request succeeds beside it with the same credentials.
public struct HTTPSystemConnector: Connector, Reviewing {
  public typealias Settings = HTTPSystemSettings

  /// The name in the register.
  public static let kind = ConnectorKind("http")

  let line: HTTPConversation.Line

  var description: HTTPSystemDescription { line.settings.description }
  var clock: any CivilClock { line.clock }

  /// Always a problem: this kind needs the HTTP loops of the process.
  public init(settings: HTTPSystemSettings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem(
      "system \"\(context.record.system)\": an HTTP system needs HTTP loops; make it by StandardConnectors.registry")
  }

  /// Checks address and credentials; calls nobody.
  public init(
    settings: HTTPSystemSettings, context: ConnectorContext, loops: HTTPLoops
  ) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    let filling = HTTPFilling(settings: settings.values)
    let base = try Self.url(settings.description.base, filling, settings, "base", system)
    if case .oauth2(let token, _, _, _) = settings.description.auth {
      _ = try Self.url(token, filling, settings, "token-url", system)
    }
    for credential in Set(settings.secrets.values).sorted() {
      guard let bytes = context.secrets.secret(credential) else {
        throw SettingsProblem(system + "no credential is named \"\(credential)\"; create it")
      }
      guard Self.secretText(bytes) != nil else {
        throw SettingsProblem(system + "credential \"\(credential)\" is not one line of text; replace it")
      }
    }
    try settings.tls?.check(context)
    try settings.proxy?.check(context, target: base, isInternal: settings.isInternal)
    let source = context.secrets
    line = HTTPConversation.Line(
      settings: settings, base: base, loop: settings.isInternal ? loops.privateToo : loops.publicOnly,
      pace: RequestPace(rate: settings.description.rate, clock: context.clock), clock: context.clock,
      credential: { source.secret($0) })
  }

  private static func url(
    _ template: String, _ filling: HTTPFilling, _ settings: HTTPSystemSettings, _ what: String, _ system: String
  ) throws(SettingsProblem) -> String {
    let problem = SettingsProblem(
      system + "\(what) of \(settings.description.name) is no URL with the settings given; correct them")
    let url: String
    do {
      url = try filling.text(template)
    } catch {
      throw problem
    }
    guard let parts = URLParts(url), !parts.target.contains("?") else { throw problem }
    // A value must not move the host that the description names.
    if let fixed = (try? HTTPTemplate(template))?.fixedHostEnd, !parts.host.hasSuffix(fixed) { throw problem }
    guard parts.scheme == "https" || settings.isInternal else {
      throw SettingsProblem(
        system + "\(what) is not https; use https, or say internal: true if it is in your own network")
    }
    return url
  }

  /// A secret as one line of text; one line end after it is allowed.
  static func secretText(_ bytes: [UInt8]) -> String? {
    let line = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
    guard !line.isEmpty, line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
    return String(validating: line, as: UTF8.self)
  }

  // MARK: Checks

  /// Every identifier says something; an empty one would match what is empty.
  static func check(_ identifiers: [SubjectIdentifier]) throws(ConnectorFailure) {
    guard !identifiers.isEmpty else { throw .permanent(FailureCode("identifier-missing")) }
    guard identifiers.allSatisfy({ !$0.value.allSatisfy(\.isWhitespace) }) else {
      throw .permanent(FailureCode("identifier-empty"))
    }
  }

  /// The control read: without it an empty answer would prove nothing.
  func control(_ conversation: HTTPConversation) async throws(ConnectorFailure) {
    _ = try await conversation.require(description.control, conversation.filling)
  }

  // MARK: Reviewing

  /// Reads each record anew; one that is gone is shown without columns.
  public func review(
    _ roots: [RootRecord], deadline: UTCTime
  ) async throws(ConnectorFailure) -> [ReviewedRecord] {
    let conversation = HTTPConversation(line, deadline: deadline)
    var reviewed: [ReviewedRecord] = []
    for root in roots {
      guard let review = description.locator(root.dataset)?.review else {
        reviewed.append(ReviewedRecord(root: root, columns: []))
        continue
      }
      var filling = conversation.filling
      filling.located = root
      let response = try await conversation.send(review.call, filling)
      if response.status == 404 || response.status == 410 {
        reviewed.append(ReviewedRecord(root: root, columns: []))
        continue
      }
      guard conversation.fits(response, review.call.done) else { throw conversation.failure(of: response) }
      let body = try conversation.body(of: response)
      reviewed.append(
        ReviewedRecord(
          root: root, columns: review.fields.map { ($0, body.scalars(at: $0).joined(separator: ", ")) }))
    }
    return reviewed
  }
}
