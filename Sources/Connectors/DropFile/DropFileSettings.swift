public import ErasureDomain

/// Where a company takes files from, what stands in them, and when.
public struct DropFileSettings: Hashable, Sendable, Codable {
  /// A folder of this machine, relative to the register's folder; nil where files go to a server.
  public let folder: String?
  /// A folder of a server that speaks SFTP; nil where files go to a folder of this machine.
  public let sftp: DropServer?
  /// Columns with identifiers, in the order of the file.
  public let columns: [DropColumn]
  /// What separates columns, in our files and in the company's.
  public let delimiter: DropDelimiter
  /// When files appear; at any time when absent.
  public let schedule: DropSchedule?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case folder, sftp, columns, delimiter, schedule
  }

  /// Settings from code.
  public init(
    folder: String? = nil, sftp: DropServer? = nil, columns: [DropColumn], delimiter: DropDelimiter = .comma,
    schedule: DropSchedule? = nil
  ) {
    self.folder = folder
    self.sftp = sftp
    self.columns = columns
    self.delimiter = delimiter
    self.schedule = schedule
  }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      folder: try container.decodeIfPresent(String.self, forKey: .folder),
      sftp: try container.decodeIfPresent(DropServer.self, forKey: .sftp),
      columns: try container.decode([DropColumn].self, forKey: .columns),
      delimiter: try container.decodeIfPresent(DropDelimiter.self, forKey: .delimiter) ?? .comma,
      schedule: try container.decodeIfPresent(DropSchedule.self, forKey: .schedule))
  }
}

/// A folder of a server, the credential that opens it, and the host key by which the server is known.
public struct DropServer: Hashable, Sendable, Codable {
  /// `sftp://host:port/folder/`.
  public let url: String
  public let user: String
  /// Name of the credential with the OpenSSH private key.
  public let key: String
  /// `SHA256:` and the fingerprint, as `ssh-keygen -l` prints it.
  public let hostKey: String
  /// Whether private addresses may be dialled.
  public let isInternal: Bool

  enum CodingKeys: String, CodingKey, CaseIterable {
    case url, user, key
    case hostKey = "host-key"
    case isInternal = "internal"
  }

  /// A server from code.
  public init(url: String, user: String, key: String, hostKey: String, isInternal: Bool = false) {
    self.url = url
    self.user = user
    self.key = key
    self.hostKey = hostKey
    self.isInternal = isInternal
  }

  /// Reads it; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      url: try container.decode(String.self, forKey: .url), user: try container.decode(String.self, forKey: .user),
      key: try container.decode(String.self, forKey: .key),
      hostKey: try container.decode(String.self, forKey: .hostKey),
      isInternal: try container.decodeIfPresent(Bool.self, forKey: .isInternal) ?? false)
  }
}

/// A column of the file, `{column: kind}` in the register.
public struct DropColumn: Hashable, Sendable, Codable {
  public let name: String
  /// The kind of identifier that stands in it.
  public let kind: IdentifierKind

  /// A column from code.
  public init(name: String, kind: IdentifierKind) {
    self.name = name
    self.kind = kind
  }

  /// Reads one pair, and nothing else.
  public init(from decoder: any Decoder) throws {
    let pairs = try [String: String](from: decoder)
    guard pairs.count == 1, let pair = pairs.first else {
      throw CanonicalJSONError.notDecodable(path: "columns", reason: "a column is one pair, {column: kind}")
    }
    self.init(name: pair.key, kind: IdentifierKind(rawValue: pair.value))
  }

  public func encode(to encoder: any Encoder) throws { try [name: kind.rawValue].encode(to: encoder) }
}

/// What separates the columns of a file.
public enum DropDelimiter: String, Hashable, Sendable, Codable, CaseIterable {
  case comma = ","
  /// What spreadsheets write where the comma is the decimal sign.
  case semicolon = ";"

  /// Reads one of the two.
  public init(from decoder: any Decoder) throws {
    guard let delimiter = Self(rawValue: try String(from: decoder)) else {
      throw CanonicalJSONError.notDecodable(path: "delimiter", reason: "use , or ;")
    }
    self = delimiter
  }

  var byte: UInt8 { self == .comma ? 0x2C : 0x3B }
}
