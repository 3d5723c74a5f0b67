import ConnectorKit
import Crypto
import ErasureDomain
import Glibc
import HTTPTransport

/// Signed requests to one bucket, one after the other.
struct S3Client: Sendable {
  /// A page of a listing is larger than other answers, in bytes.
  static let answerBytes = 8 << 20
  /// Seconds until an answer must be there.
  static let answerSeconds = 60

  let settings: S3Settings
  let loop: HTTPLoop
  let clock: any CivilClock
  /// Asked anew for each request. A function, so that nothing that prints the connector prints secrets.
  let credential: @Sendable (String) -> [UInt8]?

  /// Sends a request about the bucket or an object of it, and gives its answer, whatever it says.
  ///
  /// `changes` says that the request changes something: then a lost answer leaves its effect unknown.
  func send(
    _ method: String, key: String? = nil, query: [(name: String, value: String)], body: [UInt8]? = nil,
    deadline: UTCTime, changes: Bool = false
  ) async throws(ConnectorFailure) -> HTTPResponse {
    guard clock.now() < deadline else { throw .transient(FailureCode("deadline-passed"), retryAfterSeconds: nil) }
    guard let endpoint = URLParts(settings.endpoint) else { throw .permanent(FailureCode("bad-url")) }
    // The time of the transport, which the store compares with its own; a calendar that is moved for practice is not.
    let time = S3Time(time: UTCTime(secondsSince1970: Int64(Glibc.time(nil))))
    let path = "/\(settings.bucket)" + (key.map { "/" + S3Signature.encode($0, isPath: true) } ?? "")
    let queryText = S3Signature.queryText(query)
    let usual = endpoint.scheme == "https" ? 443 : 80
    var headers: [(name: String, value: String)] = [
      ("host", endpoint.port == usual ? endpoint.host : "\(endpoint.host):\(endpoint.port)"),
      ("x-amz-content-sha256", body.map(S3Signature.hash) ?? S3Signature.emptyHash), ("x-amz-date", time.stamp),
    ]
    // Demanded for these bodies; it guards against a broken transport and nothing else.
    if let body { headers.append(("content-md5", Base64.encode(Insecure.MD5.hash(data: body)))) }
    let signature = S3Signature(
      accessKey: try text(settings.accessKey), secretKey: try text(settings.secretKey), region: settings.region)
    let authorization = signature.authorization(
      method: method, path: path, query: queryText, headers: headers, time: time)
    headers.append(("authorization", authorization))
    var request = HTTPRequest(
      method: method, url: endpoint.origin + path + (queryText.isEmpty ? "" : "?" + queryText),
      headers: headers.map { ($0.name, $0.value) },
      body: body,
      limits: HTTPLimits(
        firstByteSeconds: Self.answerSeconds, totalSeconds: Self.answerSeconds, bodyBytes: Self.answerBytes),
      onFreshConnection: changes)
    try request.use(settings.tls, credential)
    try request.use(settings.proxy, credential)
    do {
      return try await loop.send(request)
    } catch {
      throw HTTPAnswerFailure.failure(of: error, changes: changes)
    }
  }

  /// Sends a request that must succeed, and reads its answer.
  func read(
    key: String? = nil, query: [(name: String, value: String)], deadline: UTCTime
  ) async throws(ConnectorFailure) -> AnswerValue {
    let response = try await send("GET", key: key, query: query, deadline: deadline)
    guard response.status == 200 else { throw failure(of: response) }
    return try Self.body(of: response)
  }

  /// Reads something that may not be there: nothing when the store answers with one of those codes.
  func readIfThere(
    key: String? = nil, query: [(name: String, value: String)], absent: Set<String>, deadline: UTCTime
  ) async throws(ConnectorFailure) -> AnswerValue? {
    let response = try await send("GET", key: key, query: query, deadline: deadline)
    if response.status == 200 { return try Self.body(of: response) }
    guard let code = Self.code(of: response), absent.contains(code) else { throw failure(of: response) }
    return nil
  }

  static func body(of response: HTTPResponse) throws(ConnectorFailure) -> AnswerValue {
    guard let tree = XMLTree.read(response.body) else { throw malformed }
    return tree
  }

  /// An answer that is none of the protocol.
  static let malformed = HTTPAnswerFailure.refused("malformed-answer")

  /// What a refusal means. The store's code is named only when it is one of those that we know.
  func failure(of response: HTTPResponse) -> ConnectorFailure {
    switch Self.code(of: response) {
    case "NoSuchVersion", "NoSuchKey": .transient(FailureCode("set-vanished"), retryAfterSeconds: nil)
    case "RequestTimeTooSkewed": HTTPAnswerFailure.refused("clock-differs")
    case "SignatureDoesNotMatch", "InvalidAccessKeyId": HTTPAnswerFailure.refused("credentials-wrong")
    case "AuthorizationHeaderMalformed", "PermanentRedirect": HTTPAnswerFailure.refused("region-wrong")
    case "AccessDenied": HTTPAnswerFailure.refused("access-denied")
    case "NoSuchBucket": HTTPAnswerFailure.refused("no-such-bucket")
    case "InvalidTag": HTTPAnswerFailure.refused("tag-refused")
    default: HTTPAnswerFailure.failure(of: response, now: clock.now())
    }
  }

  private static func code(of response: HTTPResponse) -> String? {
    XMLTree.read(response.body)?.element("Error")?.text("Code")
  }

  private func text(_ name: String) throws(ConnectorFailure) -> String {
    guard let text = credential(name).flatMap(HTTPSystemConnector.secretText) else {
      throw .transient(FailureCode("credential-unusable"), retryAfterSeconds: nil)
    }
    return text
  }
}
