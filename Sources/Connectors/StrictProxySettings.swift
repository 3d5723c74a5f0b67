import ErasureDomain

/// The proxy part of a system's settings; a key it does not know is refused by name.
struct StrictProxySettings: Decodable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case url
    case user
  }

  let settings: ProxySettings

  init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownKeys(CodingKeys.self)
    settings = try ProxySettings(from: decoder)
  }
}
