import ConnectorKit
import ErasureDomain
import FoundationEssentials
import HTTPTransport
import X509

extension OpenDSRConnector {
  /// An answer repeats at most our own request; certificates with their chain are smaller still.
  static let answerBytes = 256 << 10
  /// How much of a processor's own words is kept in the vault, in characters.
  static let problemCharacters = 500

  /// Sends one request to the processor's own address, as whom it knows us.
  func send(_ method: String, _ url: String, body: [UInt8]? = nil) async throws(ConnectorFailure) -> HTTPResponse {
    var headers = [("accept", "application/json")]
    if let authorization = try authorization() { headers.append(("authorization", authorization)) }
    if body != nil { headers.append(("content-type", "application/json")) }
    // libcurl repeats a request by itself on a kept connection that turns out dead; a repeated one is a second request.
    var request = HTTPRequest(
      method: method, url: url, headers: headers, body: body, limits: HTTPLimits(bodyBytes: Self.answerBytes),
      onFreshConnection: method != "GET")
    try request.use(settings.tls, credential)
    do {
      return try await loop.send(request)
    } catch {
      throw Self.unsettled(HTTPAnswerFailure.failure(of: error, changes: method == "POST"))
    }
  }

  private func authorization() throws(ConnectorFailure) -> String? {
    switch settings.auth {
    case .none: return nil
    case .basic(let user, let password):
      return "Basic " + Base64.encode(Array("\(user):\(try secret(password))".utf8))
    case .bearer(let token): return "Bearer " + (try secret(token))
    }
  }

  private func secret(_ name: String) throws(ConnectorFailure) -> String {
    guard let text = credential(name).flatMap(HTTPSystemConnector.secretText) else { throw Self.unusable }
    return text
  }

  private static var unusable: ConnectorFailure {
    .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
  }

  /// What the processor can do, asked anew: certificates change.
  func discovery() async throws(ConnectorFailure) -> OpenDSRDiscovery {
    let response = try await send("GET", settings.discovery)
    guard response.status == 200 else { throw failure(of: response) }
    return try OpenDSRDiscovery(body: response.body)
  }

  /// The processor's certificate, verified.
  func certificate(_ discovery: OpenDSRDiscovery) async throws(ConnectorFailure) -> ProcessorCertificate {
    guard settings.mayHoldCertificate(discovery.certificate) else { throw ProcessorDoubt.certificateElsewhere.question }
    let pem = try await fetch(discovery.certificate)
    do {
      return try await ProcessorCertificate(pem: pem, domain: settings.domain, roots: try roots(), now: clock.now())
    } catch let doubt as ProcessorDoubt {
      throw doubt.question
    } catch {
      // The authorities are not readable now.
      throw Self.unusable
    }
  }

  /// Fetches a public file: without our authorization, and outside the processor's own origin without our certificate.
  private func fetch(_ url: String) async throws(ConnectorFailure) -> [UInt8] {
    var request = HTTPRequest(method: "GET", url: url, limits: HTTPLimits(bodyBytes: Self.answerBytes))
    let isOwn = URLParts.sameOrigin(url, settings.base)
    try request.use(isOwn ? settings.tls : settings.tls.map { TLSSettings(authorities: $0.authorities) }, credential)
    let response: HTTPResponse
    do {
      response = try await loop.send(request)
    } catch {
      throw Self.unsettled(HTTPAnswerFailure.failure(of: error, changes: false))
    }
    guard response.status == 200 else { throw failure(of: response) }
    return response.body
  }

  private func roots() throws(ConnectorFailure) -> CertificateStore {
    guard let name = settings.authorities else { return .systemTrustRoots }
    guard let certificates = credential(name).flatMap(ProcessorCertificate.certificates), !certificates.isEmpty else {
      throw Self.unusable
    }
    return CertificateStore(certificates)
  }

  /// What an answer says about the job's request; a question when it is not proved to be the processor's, or is about
  /// another request.
  func statement(
    of response: HTTPResponse, by certificate: ProcessorCertificate, about job: JobReference
  ) throws(ConnectorFailure) -> ProcessorStatement {
    let doubt = doubt(
      signature: response.header(settings.version.signatureHeader),
      domain: response.header(settings.version.domainHeader), body: response.body, certificate)
    if let doubt { throw doubt.question }
    guard let statement = ProcessorStatement(body: response.body) else {
      throw Self.unsettled("opendsr-malformed-answer")
    }
    guard SubjectRequestID(of: job).matches(statement.requestID) else {
      throw Self.unsettled("opendsr-other-request")
    }
    return statement
  }

  /// Why a body is not the processor's; nil when it is. The certificate is looked up by our register, never by a field.
  func doubt(
    signature: String?, domain: String?, body: [UInt8], _ certificate: ProcessorCertificate
  ) -> ProcessorDoubt? {
    guard domain?.lowercased() == settings.domain else { return .otherDomain }
    guard let signature else { return .noSignature }
    guard let bytes = Base64.decode(signature), certificate.hasSigned(body, bytes) else { return .badSignature }
    return nil
  }

  /// What an answer means that is none of the expected, where the processor may have the request.
  func failure(of response: HTTPResponse) -> ConnectorFailure {
    Self.unsettled(HTTPAnswerFailure.failure(of: response, now: clock.now()))
  }

  /// A question after which the request is still remembered: with the answer "retry" the processor is asked for it first.
  /// After `refused-by-recipient` it would be told anew, and a second time under one id has no meaning in the protocol.
  static func unsettled(_ detail: String) -> ConnectorFailure {
    .needsOfficer(Question(code: .other, detail: FailureCode(detail)))
  }

  private static func unsettled(_ failure: ConnectorFailure) -> ConnectorFailure {
    guard case .needsOfficer(let question) = failure else { return failure }
    return .needsOfficer(Question(code: .other, detail: question.detail))
  }

  /// The seconds of `Retry-After`, at most a day.
  func retryAfter(_ response: HTTPResponse) -> Int64? {
    response.header("retry-after").flatMap { RetryAfter.parse($0, now: clock.now()) }.map(Int64.init)
  }

  /// Keeps the processor's message about a bad request in the vault, where the officer reads it.
  func keepProblem(of response: HTTPResponse, before: any EffectRecorder) async throws(ConnectorFailure) {
    let answer: ErrorAnswer
    do {
      answer = try JSONDecoder().decode(ErrorAnswer.self, from: Data(response.body))
    } catch {
      return  // No error object of the protocol: the status alone tells the officer.
    }
    guard let message = answer.error.message, !message.isEmpty else { return }
    try await before.remember(String(message.prefix(Self.problemCharacters)), as: Remembered.problem)
  }

  private struct ErrorAnswer: Decodable {
    struct Problem: Decodable {
      var message: String?
    }

    var error: Problem
  }
}
