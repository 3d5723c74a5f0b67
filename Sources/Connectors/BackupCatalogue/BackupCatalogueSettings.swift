/// Where the catalogue of backup sets lies.
public struct BackupCatalogueSettings: Hashable, Sendable, Codable {
  /// Path of the JSON file that the backup tool keeps, relative to the register's folder.
  public let catalogue: String

  enum CodingKeys: String, CodingKey, CaseIterable {
    case catalogue
  }

  /// Settings from code.
  public init(catalogue: String) { self.catalogue = catalogue }

  /// Reads the settings; an unknown key is refused by name.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    catalogue = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .catalogue)
  }
}
