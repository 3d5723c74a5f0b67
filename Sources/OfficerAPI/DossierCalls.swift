/// The dossier of one request for an authority or an auditor: pages, and the evidence bundle in a folder beside them.
public struct MakeDossier: OfficerCall {
  public typealias Answer = DossierFiles
  public static let name = "dossier.make"
  public var request: String
  /// With letters as sent, the request as it came and reasons in words, as long as the vault has them.
  public var withPerson: Bool
  public init(request: String, withPerson: Bool = false) {
    self.request = request
    self.withPerson = withPerson
  }
}

public struct DossierFiles: Codable, Hashable, Sendable {
  public var files: ExportedEvidence
  /// Personal data are in it.
  public var hasPerson: Bool
  public init(files: ExportedEvidence, hasPerson: Bool) {
    self.files = files
    self.hasPerson = hasPerson
  }
}
