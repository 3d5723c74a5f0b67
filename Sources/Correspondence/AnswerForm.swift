public import ConnectorKit
public import ErasureDomain

/// What somebody filled in on the page of a letter, checked: an answer, or faults by field.
public struct AnswerForm: Sendable {
  /// The fields of the form.
  public enum Field: String, Hashable, Sendable, CaseIterable {
    case said, records, category, basis, text, until, chain, name, date
  }

  /// What is wrong with a field.
  public enum Fault: Hashable, Sendable {
    case missing, unreadable, tooLong, past, future
  }

  /// The texts as they came; absent ones are empty.
  public let values: [Field: String]
  public let faults: [Field: Fault]
  /// Nil when there are faults.
  public let answer: LetterAnswer?

  /// Checks the fields of an answer to a letter; `today` is the controller's day.
  public init(_ fields: [String: String], to letter: RecipientLetter, today: CivilDate) {
    var values: [Field: String] = [:]
    for field in Field.allCases {
      let text = fields[field.rawValue] ?? ""
      values[field] = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
    var check = Check(values: values)
    let said = check.choice(.said, of: LetterAnswer.Said.self)
    let name = check.text(.name, most: LetterAnswer.longestName)
    // A day further on is a reader's clock.
    let date = check.day(.date)
    if let date, date > today.adding(days: 1) { check.faults[.date] = .future }
    var records: Int?
    if said != .nothingFound, let text = values[.records], !text.isEmpty {
      records = text.utf8.count <= 10 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
      if records.map({ $0 > LetterAnswer.mostRecords }) ?? true { check.faults[.records] = .unreadable }
    }
    var kept: LetterAnswer.Kept?
    if said == .kept {
      let category = check.text(.category, most: LetterAnswer.longestName)
      let basis = check.choice(.basis, of: LetterAnswer.Basis.self)
      let text = check.text(.text, most: LetterAnswer.longestText)
      let until = check.day(.until)
      if let until, until <= today { check.faults[.until] = .past }
      if let category, let basis, let text, let until {
        kept = LetterAnswer.Kept(category: category, basis: basis, text: text, until: until)
      }
    }
    let chain = letter.duty == .instruct ? check.choice(.chain, of: LetterAnswer.SubProcessors.self) : nil
    self.values = values
    faults = check.faults
    guard check.faults.isEmpty, let said, let name, let date else {
      answer = nil
      return
    }
    answer = LetterAnswer(
      said: said, records: records, kept: kept, subProcessors: chain, name: name, date: date)
  }

  /// An empty form, with today's date in it.
  public init(today: CivilDate) {
    values = [.date: today.description]
    faults = [:]
    answer = nil
  }

  private struct Check {
    let values: [Field: String]
    var faults: [Field: Fault] = [:]

    mutating func text(_ field: Field, most: Int) -> String? {
      guard let text = values[field], !text.isEmpty else {
        faults[field] = .missing
        return nil
      }
      guard text.count <= most, text.utf8.count <= most * 4 else {
        faults[field] = .tooLong
        return nil
      }
      return text
    }

    mutating func choice<Choice: RawRepresentable<String>>(_ field: Field, of type: Choice.Type) -> Choice? {
      guard let text = values[field], let choice = Choice(rawValue: text) else {
        faults[field] = .missing
        return nil
      }
      return choice
    }

    mutating func day(_ field: Field) -> CivilDate? {
      guard let text = text(field, most: 10) else { return nil }
      guard let day = CivilDate(text) else {
        faults[field] = .unreadable
        return nil
      }
      return day
    }
  }
}
