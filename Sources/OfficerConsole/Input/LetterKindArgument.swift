import ArgumentParser
import ErasureDomain

/// Which letter to the person, on the command line.
struct LetterKindArgument: ExpressibleByArgument, Equatable {
  let letter: SubjectLetterKind

  init?(argument: String) {
    guard let letter = SubjectLetterKind(rawValue: argument) else { return nil }
    self.letter = letter
  }

  static var allValueStrings: [String] { SubjectLetterKind.allCases.map(\.rawValue) }
}
