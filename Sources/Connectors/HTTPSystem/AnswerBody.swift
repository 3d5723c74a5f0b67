import ErasurePlanning
import FoundationEssentials
import HTTPTransport

/// The body of an answer, read as XML or vCard where it says that it is one, otherwise as JSON.
struct AnswerBody: Sendable {
  let root: AnswerValue
  /// In XML an empty list has no element at all.
  let isXML: Bool

  /// Nil when it is neither.
  init?(_ response: HTTPResponse) {
    let type = response.header("content-type")?.lowercased() ?? ""
    isXML = type.contains("xml")
    if type.contains("vcard") {
      guard let text = String(validating: response.body, as: UTF8.self) else { return nil }
      root = .text(text)
    } else if isXML {
      guard let root = XMLTree.read(response.body) else { return nil }
      self.root = root
    } else {
      guard let root = try? JSONDecoder().decode(AnswerValue.self, from: Data(response.body)) else { return nil }
      self.root = root
    }
  }

  init(root: AnswerValue, isXML: Bool) {
    self.root = root
    self.isXML = isXML
  }

  /// Every value at a path.
  func values(at path: String) -> [AnswerValue] {
    guard let names = HTTPPath(path)?.names else { return [] }
    return names.reduce([root]) { values, name in values.flatMap { $0.values(named: name) } }
  }

  /// Every single value at a path, lists opened.
  func scalars(at path: String) -> [String] { values(at: path).flatMap(Self.scalars) }

  private static func scalars(_ value: AnswerValue) -> [String] {
    if case .list(let values) = value { return values.flatMap(scalars) }
    return value.scalar.map { [$0] } ?? []
  }

  /// The records of the list at a path; nil when there is no list. "Not there" is not "none".
  func records(at path: String) -> [AnswerBody]? {
    let found = values(at: path)
    if found.isEmpty {
      guard isXML, let first = HTTPPath(path)?.names.first, !root.values(named: first).isEmpty else { return nil }
      return []
    }
    var records: [AnswerBody] = []
    for value in found {
      guard case .list(let values) = value else { return nil }
      records += values.map { AnswerBody(root: $0, isXML: isXML) }
    }
    return records
  }

  /// Whether everything that a condition asks of the body holds.
  func fits(_ condition: HTTPSystemCondition) -> Bool {
    condition.equal.allSatisfy { path, text in
      let found = values(at: path)
      let texts = scalars(at: path)
      return !found.isEmpty && !texts.isEmpty && texts.allSatisfy { Array($0.utf8) == Array(text.utf8) }
    }
      && condition.empty.allSatisfy { path in
        let found = values(at: path)
        return !found.isEmpty && found.allSatisfy(\.isEmpty)
      }
      && condition.present.allSatisfy { !values(at: $0).isEmpty }
  }
}
