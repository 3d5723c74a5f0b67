import Yams

extension StrictReader {
  /// Parses a file and hands its root to `read`, or records why it is no YAML.
  package static func reading<Value>(
    _ file: RegisterFile, _ read: (inout StrictReader, Member) -> Value?
  ) -> (value: Value?, faults: [RegisterFault]) {
    var reader = StrictReader(file: file.path)
    do {
      let parser = try Parser(yaml: file.text)
      guard let root = try parser.singleRoot() else {
        reader.fault(nil, "the file is empty; plans/README.md shows what belongs in it")
        return (nil, reader.faults)
      }
      // A node holds its anchor weakly: the parser must live as long as anchors are looked for.
      let value = withExtendedLifetime(parser) {
        read(&reader, Member(key: "file", line: root.mark?.line ?? 1, node: root))
      }
      return (reader.faults.isEmpty ? value : nil, reader.faultsByLine)
    } catch {
      reader.fault(of: error)
      return (nil, reader.faults)
    }
  }

  /// Faults in the order of their lines; those of one line as they were met.
  private var faultsByLine: [RegisterFault] {
    faults.enumerated().sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }.map(\.element)
  }

  private mutating func fault(of error: any Error) {
    guard let problem = error as? YamlError else {
      fault(nil, "not readable as YAML")
      return
    }
    switch problem {
    case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
      fault(mark.line, "not readable as YAML: \(text)")
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
      fault(context.mark.line, "the same key twice: \(names); take one out")
    case .reader(let text, _, _, _): fault(nil, "not readable as YAML: \(text)")
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      fault(nil, "not readable as YAML")
    }
  }
}
