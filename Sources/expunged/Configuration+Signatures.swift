import ErasurePlanning

/// Whether a key in hardware must ask who touches it.
enum PINRule: String, CaseIterable {
  case required
  case optional
}

extension Configuration {
  /// Where what is in force of people, signers and register is kept.
  var room: String { state + "/configuration" }

  /// What is demanded of people's signatures.
  static func readSignatures(_ member: Member, _ reader: inout StrictReader, into result: inout Configuration) {
    let keys: [KnownKey] = [.required("pin", "write required, or optional for a touch alone")]
    guard let members = reader.members(of: member, what: "\"signatures\"", keys: keys) else { return }
    result.requiresPIN = members["pin"].flatMap { reader.choice($0, of: PINRule.self) } == .required
  }
}
