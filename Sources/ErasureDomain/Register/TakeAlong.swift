/// Which columns of a dataset a person takes along.
///
/// Without one, access gives every column and portability none.
public struct TakeAlong: Hashable, Sendable, Codable {
  /// Columns that the person has provided, processed on consent or contract: the portability package.
  public let portability: [String]
  /// Columns in which something about somebody else may stand: marked in the access package, in no portability package.
  public let thirdParty: [String]
  /// Columns that are in no package.
  public let withheld: [String]

  public init(portability: [String] = [], thirdParty: [String] = [], withheld: [String] = []) {
    self.portability = portability
    self.thirdParty = thirdParty
    self.withheld = withheld
  }

  /// Every column it names, each with the key under which it stands in the register.
  public var named: [(key: String, column: String)] {
    portability.map { ("take-along: portability", $0) } + thirdParty.map { ("take-along: third-party", $0) }
      + withheld.map { ("take-along: withheld", $0) }
  }
}
