/// A coding key that is any text.
struct PlainCodingKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ text: String) {
    stringValue = text
    intValue = nil
  }

  init(index: Int) {
    stringValue = String(index)
    intValue = index
  }

  init?(stringValue: String) {
    self.init(stringValue)
  }

  init?(intValue: Int) {
    self.init(index: intValue)
  }
}

extension Decoder {
  /// Reads one string and turns it into a value that has exactly one text form.
  func decodeText<Value: LosslessStringConvertible>(as type: Value.Type) throws -> Value {
    let container = try singleValueContainer()
    guard let value = Value(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the text of a \(type)")
    }
    return value
  }
}

extension Encoder {
  /// Writes the one text form of a value.
  func encodeText(_ value: some LosslessStringConvertible) throws {
    var container = singleValueContainer()
    try container.encode(value.description)
  }
}
