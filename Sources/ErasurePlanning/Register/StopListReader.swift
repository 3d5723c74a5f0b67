import ErasureDomain
import Yams

/// Reads a stop list. Its values may be somebody's, so no message repeats one.
enum StopListReader {
  /// The name of the file, without `.yaml`, beside those of the systems.
  static let stem = "stop-list"

  static func read(_ file: RegisterFile) -> (value: StopList?, faults: [RegisterFault]) {
    StrictReader.reading(file) { reader, root in
      let keys: [KnownKey] = [
        .required("stop-list", "write stop-list: 1"), .optional("values"), .optional("domains"),
      ]
      guard let members = reader.members(of: root, what: "the stop list", keys: keys) else { return nil }
      _ = members["stop-list"].flatMap { reader.integer($0, in: 1...1) }
      let values = members["values"].flatMap { scalars($0, &reader) } ?? []
      let domains = members["domains"].flatMap { scalars($0, &reader) } ?? []
      if domains.contains(where: { $0.contains("@") || !$0.contains(".") }), let member = members["domains"] {
        reader.fault(member.line, "\"domains\" has one with @ or without a dot; write example.com")
      }
      return StopList(values: values, domains: domains)
    }
  }

  /// Any scalar as it is written: 0000 is a value here and no number.
  private static func scalars(_ member: Member, _ reader: inout StrictReader) -> [String]? {
    guard let elements = reader.elements(of: member) else { return nil }
    return elements.compactMap { element in
      guard case .scalar(let scalar) = element.node, scalar.string.contains(where: { !$0.isWhitespace }) else {
        reader.fault(element.line, "an item of \"\(member.key)\" is no plain value; write one value for each item")
        return nil
      }
      return scalar.string
    }
  }
}
