public import ErasureDomain

/// What a recipient answered to a letter, in the vault only: names and texts are people's own.
public struct LetterAnswer: Hashable, Sendable, Codable {
  /// The most characters of one text.
  public static let longestText = 2_000
  /// The most characters of a name or a category.
  public static let longestName = 200
  /// The most records somebody may say he erased.
  public static let mostRecords = 1_000_000_000

  /// The three answers there are.
  public enum Said: String, Hashable, Sendable, Codable, CaseIterable {
    case done
    case nothingFound = "nothing-found"
    /// Something stays, on a ground and until a day; the rest is gone.
    case kept
  }

  /// Why something stays.
  public enum Basis: String, Hashable, Sendable, Codable, CaseIterable {
    /// A law demands it (Art. 17(3)(b)).
    case legalObligation = "legal-obligation"
    /// Legal claims (Art. 17(3)(e)).
    case legalClaims = "legal-claims"
    /// Public health (Art. 17(3)(c)).
    case publicHealth = "public-health"
    /// Archiving, research or statistics (Art. 17(3)(d)).
    case archiving
    /// Freedom of expression (Art. 17(3)(a)).
    case expression
    /// Another one, in the text.
    case other
  }

  /// What a processor says about those it hands data on to (Art. 28(4)).
  public enum SubProcessors: String, Hashable, Sendable, Codable, CaseIterable {
    /// It has none.
    case none
    /// They have done the same.
    case included
  }

  /// What stays, why, and until when.
  public struct Kept: Hashable, Sendable, Codable {
    public let category: String
    public let basis: Basis
    public let text: String
    public let until: CivilDate

    public init(category: String, basis: Basis, text: String, until: CivilDate) {
      self.category = category
      self.basis = basis
      self.text = text
      self.until = until
    }
  }

  public let said: Said
  /// How many records went, where he counted.
  public let records: Int?
  /// With `kept` alone.
  public let kept: Kept?
  /// Where we have instructed a processor.
  public let subProcessors: SubProcessors?
  /// Who answered, and on what day, as he says.
  public let name: String
  public let date: CivilDate
  /// True when it came on paper or by mail, and a person of ours entered it; nil for an answer on the page.
  public private(set) var isEntered: Bool?

  public init(
    said: Said, records: Int? = nil, kept: Kept? = nil, subProcessors: SubProcessors? = nil, name: String,
    date: CivilDate, isEntered: Bool = false
  ) {
    self.said = said
    self.records = records
    self.kept = kept
    self.subProcessors = subProcessors
    self.name = name
    self.date = date
    self.isEntered = isEntered ? true : nil
  }

  /// The answer in the words of the evidence.
  public var word: RecipientWord {
    switch said {
    case .done: .completed
    case .nothingFound: .noMatch
    case .kept: .completedWithRetention
    }
  }
}
