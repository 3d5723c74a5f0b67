public import ErasureDomain
import HTTPTransport

/// A bucket, or a part of one, in which every object is a backup.
public struct S3Settings: Hashable, Sendable, Codable {
  /// What is done about a rule of the bucket that removes sets by our tag.
  public enum Lifecycle: String, Hashable, Sendable, Codable, CaseIterable {
    /// Somebody must be asked when no rule would remove a tagged set in time.
    case check
    /// Such a rule is added to those that are there.
    case install
    /// Something else removes sets.
    case none
  }

  /// `https://host`, or `http://host:port` where `isInternal`; without a path.
  public let endpoint: String
  public let region: String
  public let bucket: String
  /// What the keys of the backups begin with; empty for the whole bucket.
  public let prefix: String
  /// Names of the credentials with the two keys.
  public let accessKey: String
  public let secretKey: String
  /// How long making one backup takes at most: an object's `LastModified` is its end.
  public let longestHours: Int
  /// Days after its last modification on which a version can still be there.
  public let retentionDays: Int
  public let lifecycle: Lifecycle
  /// Whether private addresses may be dialled.
  public let isInternal: Bool
  public let tls: TLSSettings?
  public let proxy: ProxySettings?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case endpoint
    case region
    case bucket
    case prefix
    case accessKey = "access-key"
    case secretKey = "secret-key"
    case longestHours = "longest-hours"
    case retentionDays = "retention-days"
    case lifecycle
    case isInternal = "internal"
    case tls
    case proxy
  }

  /// Settings from code.
  public init(
    endpoint: String, region: String, bucket: String, prefix: String, accessKey: String, secretKey: String,
    longestHours: Int, retentionDays: Int, lifecycle: Lifecycle, isInternal: Bool = false, tls: TLSSettings? = nil,
    proxy: ProxySettings? = nil
  ) {
    self.endpoint = endpoint
    self.region = region
    self.bucket = bucket
    self.prefix = prefix
    self.accessKey = accessKey
    self.secretKey = secretKey
    self.longestHours = longestHours
    self.retentionDays = retentionDays
    self.lifecycle = lifecycle
    self.isInternal = isInternal
    self.tls = tls
    self.proxy = proxy
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      endpoint: try container.decode(String.self, forKey: .endpoint),
      region: try container.decode(String.self, forKey: .region),
      bucket: try container.decode(String.self, forKey: .bucket),
      prefix: try container.decode(String.self, forKey: .prefix),
      accessKey: try container.decode(String.self, forKey: .accessKey),
      secretKey: try container.decode(String.self, forKey: .secretKey),
      longestHours: try container.decode(Int.self, forKey: .longestHours),
      retentionDays: try container.decode(Int.self, forKey: .retentionDays),
      lifecycle: try container.decode(Lifecycle.self, forKey: .lifecycle),
      isInternal: try container.decodeIfPresent(Bool.self, forKey: .isInternal) ?? false,
      tls: try container.decodeIfPresent(StrictTLSSettings.self, forKey: .tls)?.settings,
      proxy: try container.decodeIfPresent(StrictProxySettings.self, forKey: .proxy)?.settings)
  }

  /// What is wrong with them, as far as they themselves tell; nil when nothing is.
  var problem: String? {
    guard let parts = URLParts(endpoint), parts.target == "/", !endpoint.hasSuffix("/") else {
      return "endpoint is not https://host or https://host:port, without a path; the bucket has a key of its own"
    }
    guard parts.scheme == "https" || isInternal else {
      return "endpoint is not https; use https, or say internal: true if it is in your own network"
    }
    guard Self.isPlain(region, "-") else {
      return "region is empty or has other characters than a-z, 0-9 and -; a store of your own is mostly us-east-1"
    }
    guard (3...63).contains(bucket.utf8.count), Self.isPlain(bucket, "-.") else {
      return "bucket is not 3 to 63 characters of a-z, 0-9, - and ."
    }
    guard !prefix.hasPrefix("/"), prefix.utf8.count <= 1_024, prefix.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
    else {
      return "prefix begins with / or is no text; write what the keys of the backups begin with, or \"\""
    }
    guard (1...720).contains(longestHours) else {
      return "longest-hours is not 1 to 720; write how many hours one backup takes at most"
    }
    guard BackupSet.retentionRange.contains(retentionDays) else {
      return "retention-days is not 0 to 36500; write after how many days a backup is gone at the latest"
    }
    return nil
  }

  private static func isPlain(_ text: String, _ more: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || more.utf8.contains($0) }
  }
}
