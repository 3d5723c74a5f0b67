/// On which ground something stays although erasure was asked for, by which rule, and until when.
public struct ExceptionTerms: Hashable, Sendable, Codable {
  /// The most bytes of a citation.
  public static let longestCitation = 160

  public var ground: ExceptionGround
  /// Statute and article, in one line that names no person.
  public var citation: String
  /// The last day on which it stays; nil where a review is set instead.
  public var until: CivilDate?
  /// By this day somebody looks at it again; nil where the end is known.
  public var reviewBefore: CivilDate?

  public init(
    ground: ExceptionGround, citation: String, until: CivilDate? = nil, reviewBefore: CivilDate? = nil
  ) {
    self.ground = ground
    self.citation = citation
    self.until = until
    self.reviewBefore = reviewBefore
  }

  /// The day that is named, of either kind.
  public var day: CivilDate? { until ?? reviewBefore }

  /// What is wrong with them as said on a day, in words; nothing where they hold.
  public func problem(on today: CivilDate) -> String? {
    guard (until == nil) != (reviewBefore == nil), let day else {
      return "an exception has an end date or a review date, and not both"
    }
    guard day >= today else { return "its date, \(day), is past" }
    guard !citation.isEmpty, citation.utf8.count <= Self.longestCitation, Self.isOneLine(citation) else {
      return "the statute is named in one line of at most \(Self.longestCitation) bytes, such as \"Art. 52 AWR\""
    }
    guard !Self.looksPersonal(citation) else {
      return
        "the statute's line looks as if it had an e-mail address or a telephone number in it; name the statute only"
    }
    return nil
  }

  private static func isOneLine(_ text: String) -> Bool {
    guard text.first != " ", text.last != " " else { return false }
    return text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
      case .spaceSeparator: scalar == " "
      default: true
      }
    }
  }

  /// An `@`, or nine digits with nothing between them but what people write into telephone numbers.
  private static func looksPersonal(_ text: String) -> Bool {
    var digits = 0
    for character in text {
      if character == "@" { return true }
      if character.isNumber {
        digits += 1
        if digits >= 9 { return true }
      } else if !" -./()+".contains(character) {
        digits = 0
      }
    }
    return false
  }
}
