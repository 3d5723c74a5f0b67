public import ConnectorKit
public import ErasureDomain
import HTTPTransport

/// Tells a processor that speaks OpenDSR 2.0 or OpenGDPR 1.0 to erase a person, asks it how far it is, and takes the
/// request back.
///
/// What the processor says counts only with a signature by the key of its certificate. A body is never kept: the answer to
/// a request repeats the whole of it (`encoded_request`).
public struct OpenDSRConnector: Connector {
  /// The name in the register.
  public static let kind = ConnectorKind("opendsr")

  /// Seconds until the first question about an accepted request, where the processor names none.
  public static let firstCheckSeconds: Int64 = 3_600

  /// Names under which something is kept in the vault for later attempts.
  enum Remembered {
    /// Set before the request is sent: from then on it may be there.
    static let request = "subject-request-id"
    static let submitted = "submitted-time"
    static let callback = "callback-url"
    /// The processor said that it has the request, under its signature.
    static let accepted = "accepted"
    static let problem = RememberedAnswer.problem
  }

  let settings: OpenDSRSettings
  let record: SystemRecord
  let clock: any CivilClock
  let loop: HTTPLoop
  /// Asked anew for each call: a secret may be replaced while the daemon runs. A function, so that nothing that prints
  /// the connector prints them.
  let credential: @Sendable (String) -> [UInt8]?
  /// Where the processor may report about a job; nil where it may not.
  let callbackURL: @Sendable (JobReference) -> String?

  /// Always a problem: this kind needs the HTTP loops of the process.
  public init(settings: OpenDSRSettings, context: ConnectorContext) throws(SettingsProblem) {
    throw SettingsProblem(
      "system \"\(context.record.system)\": OpenDSR needs HTTP loops; make it by StandardConnectors.registry")
  }

  /// Checks settings and credentials; calls nobody.
  public init(
    settings: OpenDSRSettings, context: ConnectorContext, loops: HTTPLoops,
    callbackURL: @escaping @Sendable (JobReference) -> String? = { _ in nil }
  ) throws(SettingsProblem) {
    let system = "system \"\(context.record.system)\": "
    if let problem = settings.problem(for: context.record) { throw SettingsProblem(system + problem) }
    try settings.tls?.check(context)
    for name in settings.auth.credentials {
      guard let bytes = context.secrets.secret(name) else {
        throw SettingsProblem(system + "no credential is named \"\(name)\"; create it")
      }
      guard HTTPSystemConnector.secretText(bytes) != nil else {
        throw SettingsProblem(system + "credential \"\(name)\" is not one line of text; replace it")
      }
    }
    if let name = settings.authorities {
      guard let bytes = context.secrets.secret(name) else {
        throw SettingsProblem(system + "no credential is named \"\(name)\"; create it")
      }
      guard ProcessorCertificate.certificates(pem: bytes)?.isEmpty == false else {
        throw SettingsProblem(system + "credential \"\(name)\" holds no certificates in PEM; replace it")
      }
    }
    self.settings = settings
    record = context.record
    clock = context.clock
    loop = settings.isInternal ? loops.privateToo : loops.publicOnly
    let source = context.secrets
    credential = { name in source.secret(name) }
    self.callbackURL = callbackURL
  }

  /// Nothing: a processor is told, never searched.
  public func locate(_ search: SearchOrder) async throws(ConnectorFailure) -> Findings { Findings() }

  /// Sends the request, unless the processor has it already.
  public func erase(
    _ order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    if order.remembered[Remembered.accepted] != nil { return .handedOver(checkAfterSeconds: 0) }
    switch order.verb {
    case .notify, .instruct: break
    case .stopSending, .erase, .tagExpiry, .manual, .eraseKept, .confirmExpiry, .export:
      throw .permanent(FailureCode("verb-not-supported"))
    }
    let identities = try SubjectIdentity.all(of: order, record: record, settings: settings)
    // An earlier attempt may have arrived, and the protocol does not say what a repeated id means.
    if order.remembered[Remembered.request] != nil || order.prepared != nil, try await status(of: order.job) != nil {
      try await before.remember("yes", as: Remembered.accepted)
      return .handedOver(checkAfterSeconds: 0)
    }
    let discovery = try await discovery()
    try discovery.check(takes: identities)
    // Who cannot prove who it is gets nobody's identifiers.
    let certificate = try await certificate(discovery)
    let body = try await body(of: order, identities, before)
    try await before.record(PreparedEffect(effects: []))
    let response = try await send("POST", settings.requests, body: body)
    return try await progress(of: response, certificate, order: order, before: before)
  }

  /// The body, and what must be known to write it again, made durable before it is sent.
  private func body(
    of order: ErasureOrder, _ identities: [SubjectIdentity], _ before: any EffectRecorder
  ) async throws(ConnectorFailure) -> [UInt8] {
    let id = SubjectRequestID(of: order.job)
    let submitted = order.remembered[Remembered.submitted] ?? clock.now().description
    var callback = order.remembered[Remembered.callback]
    if order.remembered[Remembered.submitted] == nil {
      callback = callbackURL(order.job)
      if let callback { try await before.remember(callback, as: Remembered.callback) }
      try await before.remember(submitted, as: Remembered.submitted)
    }
    if order.remembered[Remembered.request] == nil { try await before.remember(id.text, as: Remembered.request) }
    return SubjectRequest(
      id: id, version: settings.version, submitted: submitted, callback: callback, identities: identities
    ).bytes
  }

  /// What an answer to the request means for the job.
  private func progress(
    of response: HTTPResponse, _ certificate: ProcessorCertificate, order: ErasureOrder, before: any EffectRecorder
  ) async throws(ConnectorFailure) -> ErasureProgress {
    switch response.status {
    case 200, 201, 202:
      _ = try statement(of: response, by: certificate, about: order.job)
      try await before.remember("yes", as: Remembered.accepted)
      return .handedOver(checkAfterSeconds: retryAfter(response) ?? Self.firstCheckSeconds)
    case 408, 409, 425, 429: throw failure(of: response)
    // It says that it has not taken it.
    case 400..<500:
      try await keepProblem(of: response, before: before)
      throw HTTPAnswerFailure.failure(of: response, now: clock.now())
    default: throw failure(of: response)
    }
  }
}
