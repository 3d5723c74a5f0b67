import ArgumentParser
import ErasureDomain

/// A ground of Article 17(1) GDPR on the command line: its letter, or the code of the log.
struct GroundArgument: ExpressibleByArgument, Equatable {
  let ground: ErasureGround

  init?(argument: String) {
    guard let ground = ErasureGround(rawValue: argument) ?? ErasureGround(rawValue: "art17-1-" + argument) else {
      return nil
    }
    self.ground = ground
  }

  static var allValueStrings: [String] { ErasureGround.allCases.compactMap { $0.rawValue.last.map(String.init) } }

  static let help = """
    Ground of Art. 17(1) GDPR: a no longer necessary, b consent withdrawn, c objection, d unlawful, e legal \
    obligation, f consent of a child.
    """
}
