import ErasureDomain

/// The TLS part of a system's settings; a key it does not know is refused by name.
struct StrictTLSSettings: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case authorities
    case certificate
    case key
  }

  let settings: TLSSettings

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    settings = try TLSSettings(from: decoder)
  }
}
