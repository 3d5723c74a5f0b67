import ErasureDomain

extension Decoder {
  /// Refuses a settings object with a key that `Key` does not name: a misspelt setting must not be a default.
  func refuseUnknownKeys<Key: CodingKey & CaseIterable>(_ known: Key.Type) throws {
    let names = known.allCases.map(\.stringValue)
    for key in try container(keyedBy: AnySettingsKey.self).allKeys where !names.contains(key.stringValue) {
      throw CanonicalJSONError.notDecodable(
        path: key.stringValue, reason: "unknown setting; use only \(names.joined(separator: ", "))")
    }
  }
}

/// A key of a settings object before it is known to be one of ours.
private struct AnySettingsKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
