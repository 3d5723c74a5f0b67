public import ErasureDomain

/// Values that belong to nobody in particular: an identifier that is one of them is never searched further.
public struct StopList: Hashable, Sendable {
  /// Whole values; one that ends in `@` stands for every address with that local part.
  private let values: Set<String>
  /// Mail domains; their subdomains are meant too.
  private let domains: Set<String>

  /// Values such as `info@`, a switchboard's number or `0000`, and the organisation's own mail domains.
  public init(values: [String] = [], domains: [String] = []) {
    self.values = Set(values.map(Self.folded).filter { !$0.isEmpty })
    self.domains = Set(domains.map(Self.folded).filter { !$0.isEmpty })
  }

  /// Whether an identifier is stopped. One without a letter or digit always is.
  public func contains(_ identifier: SubjectIdentifier) -> Bool {
    let value = Self.folded(identifier.value)
    guard !value.isEmpty, !values.contains(value) else { return true }
    guard let at = value.lastIndex(of: "@") else { return false }
    if values.contains(String(value[...at])) { return true }
    var domain = value[value.index(after: at)...]
    while true {
      if domains.contains(String(domain)) { return true }
      guard let dot = domain.firstIndex(of: ".") else { return false }
      domain = domain[domain.index(after: dot)...]
    }
  }

  func joined(with other: StopList) -> StopList {
    StopList(values: Array(values.union(other.values)), domains: Array(domains.union(other.domains)))
  }

  /// Lower case without white space; a number also without what people write between its digits.
  private static func folded(_ value: String) -> String {
    let text = value.lowercased().filter { !$0.isWhitespace }
    guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return "" }
    let separators: Set<Character> = ["-", ".", "(", ")", "/", "+"]
    let digits = text.filter { !separators.contains($0) }
    return digits.allSatisfy { ("0"..."9").contains($0) } ? digits : text
  }
}
