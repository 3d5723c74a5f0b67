public import ConnectorKit
public import ErasureDomain
import EvidenceLog
import HTTPTransport

/// Tells another company to erase a person by a signed request, and asks it how far it is.
///
/// It never looks into the company: what it knows is that a notice was sent, and what the company says about it. The
/// contract is `erasure-notice/1`: Standard Webhooks 1.0, one event per job, the body the same bytes in every attempt.
public struct WebhookConnector: Connector, Receipting, Reminding, CallbackReceiving {
  /// The name in the register.
  public static let kind = ConnectorKind("webhook")

  /// Seconds until the first question about an accepted notice, where the company names none.
  public static let firstCheckSeconds: Int64 = 3_600
  /// Names under which something is kept in the vault for later attempts.
  enum Remembered {
    static let timestamp = "timestamp"
    static let location = RememberedAnswer.location
    /// The address in the notice, so that its body is the same bytes when ours has moved.
    static let callbackURL = "callback-url"
    static let problem = RememberedAnswer.problem
    /// The time of the reminder's event, so that its body is the same bytes when it is sent again.
    static let reminderTime = "reminder-timestamp"
    static let reminded = "reminded"
    static let cancelTime = "cancel-timestamp"
  }

  let settings: WebhookSettings
  let record: SystemRecord
  let clock: any CivilClock
  let loop: HTTPLoop
  let pace: RequestPace
  /// Keys that verify the company's receipts.
  let receiptKeys: [ReceiptKey]
  /// Where the company calls about a job; nil where it has no secret for that.
  let callbackURL: @Sendable (JobReference) -> String?
  /// Asked anew for each call: a secret may be replaced while the daemon runs. A function, so that nothing that prints
  /// the connector prints them.
  let credential: @Sendable (String) -> [UInt8]?

  /// Always a problem: this kind needs the HTTP loops of the process.
  public init(settings: WebhookSettings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem(
      "system \"\(context.record.system)\": a webhook needs HTTP loops; make it by StandardConnectors.registry")
  }

  /// Checks endpoint, contract and credentials; calls nobody.
  public init(
    settings: WebhookSettings, context: ConnectorContext, loops: HTTPLoops
  ) throws(SettingsProblem) {
    let system = context.record.system
    guard settings.contract == WebhookSettings.erasureNotice else {
      throw SettingsProblem(
        "system \"\(system)\": contract \"\(settings.contract)\" is unknown; use \(WebhookSettings.erasureNotice)")
    }
    guard let parts = URLParts(settings.endpoint) else {
      throw SettingsProblem(
        "system \"\(system)\": endpoint is not an absolute URL in ASCII without user, password and fragment")
    }
    guard parts.scheme == "https" || settings.isInternal else {
      throw SettingsProblem(
        "system \"\(system)\": endpoint is not https; use https, or say internal: true if it is in your own network")
    }
    guard !context.record.identifiers.isEmpty else {
      throw SettingsProblem("system \"\(system)\": no identifiers to send; name their kinds under identifiers")
    }
    receiptKeys = settings.receiptKeys.compactMap(\.key)
    guard receiptKeys.count == settings.receiptKeys.count else {
      throw SettingsProblem(
        "system \"\(system)\": receipt-keys takes Ed25519 (kty OKP), P-256 (kty EC) and RSA of 2048 to 4096 bits, no other key"
      )
    }
    guard receiptKeys.isEmpty || settings.receiptIssuer != nil else {
      throw SettingsProblem("system \"\(system)\": receipt-keys need receipt-issuer, the iss of its receipts")
    }
    try settings.tls?.check(context)
    guard settings.theirPreviousSecret == nil || settings.theirSecret != nil else {
      throw SettingsProblem("system \"\(system)\": their-previous-secret needs their-secret, the one after it")
    }
    guard settings.theirSecret == nil || context.publicURL != nil else {
      throw SettingsProblem(
        "system \"\(system)\": with their-secret the company calls us, and nobody listens; write recipients: in the "
          + "configuration of expunged, or take their-secret away")
    }
    // With one secret for both, whoever holds ours could speak for the company.
    guard Set(settings.credentials).isDisjoint(with: settings.theirCredentials) else {
      throw SettingsProblem("system \"\(system)\": their-secret is also our own; each direction has its secret")
    }
    try settings.proxy?.check(context, target: settings.endpoint, isInternal: settings.isInternal)
    let rate = settings.rate.flatMap { RequestRate($0) }
    guard (rate == nil) == (settings.rate == nil) else {
      throw SettingsProblem(
        "system \"\(system)\": rate is \"\(settings.rate ?? "")\"; write 100/minute, 10/second or 100/10s")
    }
    pace = RequestPace(rate: rate, clock: context.clock)
    self.settings = settings
    record = context.record
    clock = context.clock
    loop = settings.isInternal ? loops.privateToo : loops.publicOnly
    let source = context.secrets
    credential = { name in source.secret(name) }
    let calls = settings.theirSecret != nil
    callbackURL = { calls ? context.callbackURL(of: $0) : nil }
    for name in settings.credentials + settings.theirCredentials { try Self.check(name, of: context) }
  }

  /// The secrets as they are now. One that is missing or unreadable may be put right: then the same order works.
  func secrets() throws(ConnectorFailure) -> [WebhookSecret] {
    guard let secrets = secrets(named: settings.credentials) else {
      throw .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
    }
    return secrets
  }

  /// Nil when one of them is missing or unreadable.
  func secrets(named names: [String]) -> [WebhookSecret]? {
    let secrets = names.compactMap { credential($0).flatMap { WebhookSecret(text: $0) } }
    return secrets.count == names.count ? secrets : nil
  }

  private static func check(_ name: String, of context: ConnectorContext) throws(SettingsProblem) {
    let system = context.record.system
    guard let text = context.secrets.secret(name) else {
      throw SettingsProblem("system \"\(system)\": no credential is named \"\(name)\"; create it")
    }
    guard WebhookSecret(text: text) != nil else {
      throw SettingsProblem(
        "system \"\(system)\": credential \"\(name)\" is not whsec_ and the Base64 of 24 to 64 bytes; replace it")
    }
  }

  /// Nothing: a company is told, never searched.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Sends the notice, unless an earlier attempt left a status resource: then it only says when to ask.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    // It has answered already, or called: then it knows.
    if order.remembered[Remembered.location] != nil || order.remembered[RememberedCall.name] != nil {
      return .handedOver(checkAfterSeconds: 0)
    }
    // Before the signature, whose time must not be old when the request goes.
    try await pace.wait(until: order.callDeadline)
    let secrets = try secrets()
    // The event's time is part of the body, so the first attempt's is kept: every attempt sends the same bytes.
    let timestamp = order.remembered[Remembered.timestamp] ?? clock.now().description
    // The same holds for the address in it.
    let isFirst = order.remembered[Remembered.timestamp] == nil
    let calls = isFirst ? callbackURL(order.job) : order.remembered[Remembered.callbackURL]
    let notice = try ErasureNotice(order: order, record: record, timestamp: timestamp, callbackURL: calls)
    if isFirst {
      if let calls { try await before.remember(calls, as: Remembered.callbackURL) }
      try await before.remember(timestamp, as: Remembered.timestamp)
    }
    try await before.record(PreparedEffect(effects: []))
    let response: HTTPResponse
    let request = try request("POST", settings.endpoint, id: order.job.text, body: notice.bytes, secrets)
    do {
      response = try await loop.send(request)
    } catch {
      throw Self.failure(of: error)
    }
    return try await progress(of: response, order: order, before: before)
  }
}
