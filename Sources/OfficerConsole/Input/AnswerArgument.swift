import ArgumentParser
import ErasureDomain

/// An answer to a question on the command line.
struct AnswerArgument: ExpressibleByArgument, Equatable {
  let answer: Question.Answer

  init?(argument: String) {
    guard let answer = Question.Answer(rawValue: argument) else { return nil }
    self.answer = answer
  }

  static var allValueStrings: [String] { Question.Answer.allCases.map(\.rawValue) }

  /// Whether it needs a reason.
  var needsNote: Bool {
    switch answer {
    case .except, .cancel: true
    case .retry, .replan, .accept, .decline, .lawful: false
    }
  }
}
