import ArgumentParser
import ErasureDomain

/// Why a ground of Article 17(1) GDPR does not apply, on the command line.
struct RejectionArgument: ExpressibleByArgument, Equatable {
  let rejection: GroundRejection

  init?(argument: String) {
    guard let rejection = GroundRejection(rawValue: argument) else { return nil }
    self.rejection = rejection
  }

  static var allValueStrings: [String] { GroundRejection.allCases.map(\.rawValue) }
}
