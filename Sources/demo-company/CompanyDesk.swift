import ErasureDomain
import Foundation
import HTTPTypes
import Hummingbird

/// One company at its HTTP desk: checks a call as strictly as the contract says, then asks its store.
struct CompanyDesk: Sendable {
  /// The largest body it reads.
  static let bodyBytes = 64 << 10

  let company: Company
  let store: CompanyStore
  let signature: NoticeSignature
  let pace: Pace
  let clock: DemoClock

  private var path: String { "/\(company.rawValue)/erasure" }

  /// `POST /<company>/erasure`.
  func take(_ request: Request) async throws -> Response {
    let id = request.headers.first("webhook-id")
    guard Self.isJSON(request.headers.first("content-type")) else {
      return try await refuse(id, .unsupportedMediaType, "unsupported-media-type", "Send application/json.")
    }
    let body: [UInt8]
    do {
      let buffer = try await request.body.collect(upTo: Self.bodyBytes)
      body = Array(buffer.readableBytesView)
    } catch {
      return try await refuse(id, .contentTooLarge, "too-large", "Send at most 64 KiB.")
    }
    guard let id, isSigned(request, body: body) else {
      return try await refuse(id, .unauthorized, "signature", "The signature does not fit.")
    }
    if let event = try? JSONDecoder().decode(NoticeEvent.self, from: Data(body)), event.type != "erasure.requested" {
      return try await hear(event, id: id)
    }
    guard let notice = try? JSONDecoder().decode(Notice.self, from: Data(body)), notice.data.jobID == id,
      (request.headers.first("idempotency-key") ?? id) == id
    else {
      return try await refuse(id, .badRequest, "malformed", "Not an event of erasure-notice/1.")
    }
    guard notice.data.duty == company.duty, let lookups = notice.lookups else {
      return try await refuse(id, .unprocessableContent, "not-ours", "Not an event, duty or identity we know.")
    }
    return try await answer(
      try await store.deliver(
        id: id, request: notice.data.requestID, body: body, lookups: lookups,
        isTest: notice.data.test == true), id: id,
      isTest: notice.data.test == true)
  }

  /// A reminder or a withdrawal of a notice.
  private func hear(_ event: NoticeEvent, id: String) async throws -> Response {
    let job = event.data.jobID
    let (word, expected) =
      switch event.type {
      case "erasure.reminder": ("reminded", id.hasPrefix(job + "_reminder_"))
      case "erasure.cancelled": ("withdrawn", id == job + "_cancel")
      default: ("", false)
      }
    guard expected else { return try await refuse(id, .unprocessableContent, "not-ours", "Not an event we know.") }
    guard let erased = try await store.erased(id: job) else {
      return try await refuse(id, .notFound, "unknown-notice", "We know no such notice.")
    }
    guard word != "withdrawn" || erased == 0 else {
      return try await refuse(id, .conflict, "too-late", "It is erased already.")
    }
    try await store.log(id: id, status: 204, word: word)
    return Response(status: .noContent)
  }

  /// `GET /<company>/erasure/<id>`, signed over an empty body.
  func show(_ request: Request, id: String) async throws -> Response {
    guard request.headers.first("webhook-id") == id, isSigned(request, body: []) else {
      return try await refuse(id, .unauthorized, "signature", "The signature does not fit.")
    }
    guard company.hasStatusResource, let status = try await store.poll(id: id) else {
      return try await refuse(id, .notFound, "unknown-notice", "We know no such notice.")
    }
    try await store.log(id: id, status: 200, word: "poll-" + status.word)
    var members: [String: CanonicalJSON] = ["job_id": .string(id), "status": .string(status.word)]
    if let erased = status.erased {
      members["records_erased"] = .integer(Int64(erased))
      // The caller's time, which is signed: the calendar of the demo may have been moved.
      let time = request.headers.first("webhook-timestamp").flatMap { Int64($0) } ?? clock.now
      members["receipt"] = .string(
        try DemoReceipt.sign(
          job: id, request: status.request, requestDigest: Array(status.digest), status: status.word, erased: erased,
          time: time))
    }
    var response = Self.json(.ok, .object(members), type: "application/json")
    if status.word == "in_progress" { response.headers[.retryAfter] = String(pace.retryAfterSeconds) }
    return response
  }

  private func answer(_ delivery: CompanyStore.Delivery, id: String, isTest: Bool) async throws -> Response {
    switch delivery {
    case .busy:
      var response = try await refuse(id, .serviceUnavailable, "busy", "Come back in a moment.")
      response.headers[.retryAfter] = String(pace.retryAfterSeconds)
      return response
    case .otherBody:
      return try await refuse(id, .unprocessableContent, "other-body", "This id came before with another body.")
    case .accepted(let isFirst):
      let word = isTest ? "tested" : isFirst ? "accepted" : "repeated"
      guard company.hasStatusResource else {
        if isFirst { try await Task.sleep(for: .seconds(pace.lateSeconds)) }
        try await store.log(id: id, status: 200, word: word)
        return Self.json(.ok, .object(["job_id": .string(id)]), type: "application/json")
      }
      try await store.log(id: id, status: 202, word: word)
      var response = Self.json(
        .accepted, .object(["job_id": .string(id), "status": .string("received")]), type: "application/json")
      response.headers[.location] = "\(path)/\(id)"
      if company.donePoll != nil { response.headers[.retryAfter] = String(pace.retryAfterSeconds) }
      return response
    }
  }

  private func isSigned(_ request: Request, body: [UInt8]) -> Bool {
    let timestamp = request.headers.first("webhook-timestamp")
    let signed = timestamp.flatMap { Int64($0) }
    let accepts = signature.accepts(
      id: request.headers.first("webhook-id"), timestamp: timestamp,
      signatures: request.headers.first("webhook-signature"), body: body, now: clock.now(hearing: signed))
    if accepts { clock.heard(signed) }
    return accepts
  }

  /// An RFC 9457 answer, and its line in the log.
  private func refuse(
    _ id: String?, _ status: HTTPResponse.Status, _ word: String, _ title: String
  ) async throws -> Response {
    try await store.log(id: id, status: status.code, word: word)
    return Self.json(
      status, .object(["title": .string(title), "status": .integer(Int64(status.code))]),
      type: "application/problem+json")
  }

  private static func isJSON(_ type: String?) -> Bool {
    guard let type = type?.lowercased() else { return false }
    return type == "application/json" || type.hasPrefix("application/json;")
  }

  private static func json(_ status: HTTPResponse.Status, _ value: CanonicalJSON, type: String) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    return Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.encoded())))
  }
}

extension HTTPFields {
  /// The first field of that name; `name` in lower case.
  func first(_ name: String) -> String? { first { $0.name.canonicalName == name }?.value }
}
