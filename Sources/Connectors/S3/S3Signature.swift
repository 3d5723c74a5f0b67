import Crypto
import ErasureDomain

/// Signature Version 4 of AWS for one request, whose bytes are sent exactly as they are signed.
struct S3Signature {
  /// SHA-256 of nothing, for requests without a body.
  static let emptyHash = hash([])

  let accessKey: String
  /// Never printed.
  let secretKey: String
  let region: String

  /// The `Authorization` field of a request.
  ///
  /// `path` is encoded once by `encode`, with its slashes; `query` is of `queryText`. Every field of `headers` is signed,
  /// in lower case and `host`, `x-amz-date` and `x-amz-content-sha256` among them; `time` is that of `x-amz-date`.
  func authorization(
    method: String, path: String, query: String, headers: [(name: String, value: String)], time: S3Time
  ) -> String {
    let sorted = headers.sorted { $0.name < $1.name }
    let names = sorted.map(\.name).joined(separator: ";")
    let payload = sorted.first { $0.name == "x-amz-content-sha256" }?.value ?? Self.emptyHash
    let lines = sorted.map { "\($0.name):\($0.value)\n" }.joined()
    let canonical = [method, path, query, lines, names, payload].joined(separator: "\n")
    let scope = "\(time.day)/\(region)/s3/aws4_request"
    let text = ["AWS4-HMAC-SHA256", time.stamp, scope, Self.hash(Array(canonical.utf8))].joined(separator: "\n")
    var key = Array(("AWS4" + secretKey).utf8)
    for part in [time.day, region, "s3", "aws4_request"] { key = Self.code(part, key) }
    let signature = Hex.encode(Self.code(text, key))
    return "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope),SignedHeaders=\(names),Signature=\(signature)"
  }

  /// Hexadecimal SHA-256.
  static func hash(_ bytes: [UInt8]) -> String { Hex.encode(SHA256.hash(data: bytes)) }

  private static func code(_ text: String, _ key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
  }

  /// Everything but `A-Za-z0-9-_.~` as `%XX`; a slash stays in a path.
  static func encode(_ text: String, isPath: Bool = false) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2E, 0x7E: out.append(byte)
      case 0x2F where isPath: out.append(byte)
      default: out += Array("%".utf8) + Array(Hex.encode([byte]).uppercased().utf8)
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A query in the order that is signed; a parameter without a value has its `=` too.
  static func queryText(_ parameters: [(name: String, value: String)]) -> String {
    parameters.map { (encode($0.name), encode($0.value)) }
      .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }
}

/// An instant as S3 writes it, in whole seconds.
struct S3Time {
  let time: UTCTime

  /// `20260302T090000Z`.
  var stamp: String { time.description.filter { $0 != "-" && $0 != ":" } }
  /// `20260302`.
  var day: String { String(stamp.prefix(8)) }

  /// Reads `2026-03-02T09:00:00.123Z`, with a fraction, which is cut off, or without.
  static func read(_ text: String) -> UTCTime? { text.hasSuffix("Z") ? UTCTime(rfc3339: text) : nil }
}
