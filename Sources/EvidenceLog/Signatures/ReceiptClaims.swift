public import ErasureDomain
import FoundationEssentials

/// What a company states in its receipt (contract `erasure-notice/1`).
///
/// There are no other claims and no free text, so that a receipt that is kept as evidence holds no person.
public struct ReceiptClaims: Hashable, Sendable {
  /// A category of data that stays, until when and on which legal basis.
  public struct Retained: Hashable, Sendable, Decodable {
    public let category: String
    public let until: CivilDate
    public let basis: String

    private enum CodingKeys: String, CodingKey, CaseIterable {
      case category, until, basis
    }

    public init(from decoder: any Decoder) throws {
      try ReceiptClaims.refuseOthers(than: CodingKeys.allCases.map(\.rawValue), in: decoder)
      let container = try decoder.container(keyedBy: CodingKeys.self)
      category = try container.decode(String.self, forKey: .category)
      until = try container.decode(CivilDate.self, forKey: .until)
      basis = try container.decode(String.self, forKey: .basis)
      guard ReceiptClaims.isPlain(category), ReceiptClaims.isPlain(basis) else {
        throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "free text"))
      }
    }
  }

  public let issuer: String
  /// Seconds after 1970-01-01T00:00:00Z.
  public let issuedAt: Int64
  public let identifier: String
  public let request: RequestReference
  public let job: JobReference
  /// SHA-256 of the body of our notice.
  public let requestDigest: ContentDigest
  public let status: String
  public let completedAt: UTCTime
  public let recordsErased: Int?
  public let retained: [Retained]
  public let backupsExpireAt: UTCTime?
}

extension ReceiptClaims: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case iss, iat, jti, status, retained
    case requestID = "request_id"
    case jobID = "job_id"
    case requestSHA256 = "request_sha256"
    case completedAt = "completed_at"
    case recordsErased = "records_erased"
    case backupsExpireAt = "backups_expire_at"
  }

  /// Names of the claims.
  static var names: [String] { CodingKeys.allCases.map(\.rawValue) }

  public init(from decoder: any Decoder) throws {
    try Self.refuseOthers(than: Self.names, in: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func wrong(_ key: CodingKeys) -> DecodingError {
      .dataCorruptedError(forKey: key, in: container, debugDescription: "not of the contract's form")
    }
    issuer = try container.decode(String.self, forKey: .iss)
    issuedAt = try container.decode(Int64.self, forKey: .iat)
    identifier = try container.decode(String.self, forKey: .jti)
    guard Self.isPlain(identifier) else { throw wrong(.jti) }
    guard let request = RequestReference(try container.decode(String.self, forKey: .requestID)) else {
      throw wrong(.requestID)
    }
    guard let job = JobReference(try container.decode(String.self, forKey: .jobID)) else { throw wrong(.jobID) }
    let hex = try container.decode(String.self, forKey: .requestSHA256)
    guard let digest = ContentDigest("sha256:" + hex) else { throw wrong(.requestSHA256) }
    (self.request, self.job, requestDigest) = (request, job, digest)
    status = try container.decode(String.self, forKey: .status)
    completedAt = try container.decode(UTCTime.self, forKey: .completedAt)
    recordsErased = try container.decodeIfPresent(Int.self, forKey: .recordsErased)
    guard (recordsErased ?? 0) >= 0 else { throw wrong(.recordsErased) }
    retained = try container.decodeIfPresent([Retained].self, forKey: .retained) ?? []
    backupsExpireAt = try container.decodeIfPresent(UTCTime.self, forKey: .backupsExpireAt)
  }

  fileprivate static func refuseOthers(than names: [String], in decoder: any Decoder) throws {
    let found = try decoder.container(keyedBy: AnyName.self).allKeys.map(\.stringValue)
    guard let other = found.first(where: { !names.contains($0) }) else { return }
    throw DecodingError.dataCorrupted(
      .init(codingPath: decoder.codingPath, debugDescription: "the contract has no claim \(other)"))
  }

  /// An identifier or a citation such as `art17(3)(b)`: at most 64 letters, digits and `( ) . , : _ -`.
  fileprivate static func isPlain(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: Array("().,:_-".utf8).contains(byte)
        }
      }
  }

  /// Whether an outcome says what the company stated, no more and no other numbers.
  func allows(_ outcome: JobOutcome) -> Bool {
    guard let receipt = outcome.receipt else { return false }
    let rows = receipt.effects.reduce(0) { $0 + $1.erased }
    let kept = receipt.verification.kept.reduce(0) { $0 + $1.count }
    switch status {
    case "completed", "completed_with_retention":
      let isNothing = recordsErased == 0
      return outcome.word == (isNothing ? "nothing-found" : "erased") && rows == recordsErased ?? 0
        && kept == (status == "completed" ? 0 : retained.count)
    case "no_match": return outcome.word == "nothing-found" && rows == 0 && kept == 0
    default: return false
    }
  }

  private struct AnyName: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
