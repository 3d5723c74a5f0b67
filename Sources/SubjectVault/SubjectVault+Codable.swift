public import ErasureDomain

extension SubjectVault {
  /// Stores a value in canonical JSON (bytes as they are), in the place of an older one of that name.
  ///
  /// Throws as `put(_:as:of:)` of bytes does, and `.unavailable(item-not-encodable)` for a value that canonical JSON
  /// does not know (a fraction, a null in an array).
  public func put<Value: Encodable>(
    _ value: Value, as item: VaultItem, of request: RequestReference
  ) async throws(VaultFailure) {
    let bytes: [UInt8]
    do {
      // Overloading may prefer this function for bytes too; they are stored as they are whichever is called.
      // The type is compared, since an empty list of anything passes for an empty list of bytes.
      let plain = Value.self == [UInt8].self ? value as? [UInt8] : nil
      bytes = try plain ?? CanonicalJSON.encode(value)
    } catch {
      throw .unavailable(FailureCode("item-not-encodable"))
    }
    try await put(bytes, as: item, of: request)
  }

  /// The value of an item, or nil when the request has none of that name.
  ///
  /// Throws as `get(_:of:)` of bytes does, and `.damaged` when the item holds another type.
  public func get<Value: Decodable>(
    _ type: Value.Type, _ item: VaultItem, of request: RequestReference
  ) async throws(VaultFailure) -> Value? {
    guard let bytes = try await get(item, of: request) else { return nil }
    return try Self.value(type, item, of: bytes)
  }

  /// The value in the bytes of an item; throws `.damaged` when they hold another type.
  public static func value<Value: Decodable>(
    _ type: Value.Type, _ item: VaultItem, of bytes: [UInt8]
  ) throws(VaultFailure) -> Value {
    // Bytes are stored as they are. Earlier versions stored an empty list of anything as no bytes.
    if let bytes = bytes as? Value { return bytes }
    do {
      return try CanonicalJSON.decode(type, from: bytes)
    } catch {
      throw .damaged(item.rawValue)
    }
  }
}
