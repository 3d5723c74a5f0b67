/// A step of the ladder by which identity is established: the channel that is known, then knowledge, then more.
///
/// Each step beyond the first needs a recorded, reasonable doubt (Art. 12(6) GDPR).
public enum IdentityMethod: String, Hashable, Sendable, Codable, CaseIterable {
  /// The person answered over a channel that we had before the request: an address, a number, an account.
  case knownChannel = "known-channel"
  /// The person knows of the data what only he can know.
  case knowledge
  /// At a counter, in person.
  case counter
  /// By an electronic identification.
  case eIdentification = "e-identification"
  /// A copy of an identity document, with what is not needed masked; not offered unless it is configured.
  case document

  /// How strong the step is: 0 needs no doubt, 1 and 2 do.
  public var strength: Int {
    switch self {
    case .knownChannel: 0
    case .knowledge: 1
    case .counter, .eIdentification, .document: 2
    }
  }
}
