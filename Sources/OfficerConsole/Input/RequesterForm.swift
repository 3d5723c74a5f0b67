import ErasureDomain

/// Who asks for the person, as a form brings it: `requester`, `proof`, `addressee`, `under-16`.
struct RequesterForm {
  static let keys: Set<String> = ["requester", "proof", "addressee", "under-16"]

  var kind: Requester.Kind?
  var proof: String?
  /// Whether answers go to the one who asks.
  var isAddressee: Bool?
  var under16: Bool?

  init() {}

  init(_ requester: Requester?) {
    kind = requester?.kind
    proof = requester?.proof.rawValue
    isAddressee = requester?.isAddressee
    under16 = requester?.under16
  }

  /// Takes one of the keys; a fault says what belongs there.
  mutating func read(_ key: String, _ value: String) throws(ConsoleFailure) {
    func once(_ isNew: Bool) throws(ConsoleFailure) {
      guard isNew else { throw ConsoleFailure(.usage, "\(key) stands there twice") }
    }
    switch key {
    case "requester":
      try once(kind == nil)
      guard let read = Requester.Kind(rawValue: value) else {
        throw ConsoleFailure(.usage, "requester is representative, guardian or agent; leave it out for the person")
      }
      kind = read
    case "proof":
      try once(proof == nil)
      guard SystemName.isName(value) else {
        throw ConsoleFailure(.usage, "proof is a code such as court-order or written-authority")
      }
      proof = value
    case "addressee":
      try once(isAddressee == nil)
      guard value == "requester" || value == "person" else {
        throw ConsoleFailure(.usage, "addressee is requester or person")
      }
      isAddressee = value == "requester"
    default:
      try once(under16 == nil)
      guard value == "yes" || value == "no" else { throw ConsoleFailure(.usage, "under-16 is yes or no") }
      under16 = value == "yes"
    }
  }

  mutating func ask(_ terminal: Terminal) {
    while kind == nil {
      guard
        let answer = terminal.ask("Who asks (empty for the person, else representative, guardian or agent)?"),
        !answer.isEmpty
      else { return }
      kind = Requester.Kind(rawValue: answer)
    }
    while proof == nil {
      guard let answer = terminal.ask("What proves it (a code such as court-order or written-authority)?") else {
        return
      }
      if SystemName.isName(answer) { proof = answer }
    }
    under16 = terminal.ask("Is the person younger than 16 (yes, no)?") == "yes"
    if under16 == true { isAddressee = true }
    while isAddressee == nil {
      guard let answer = terminal.ask("Who is written to (requester, person)?") else { return }
      if answer == "requester" || answer == "person" { isAddressee = answer == "requester" }
    }
  }

  /// What was given, complete, or nil when the person asks himself.
  func requester() throws(ConsoleFailure) -> Requester? {
    guard let kind else {
      guard proof == nil, isAddressee == nil, under16 == nil else {
        throw ConsoleFailure(
          .usage, "proof, addressee and under-16 belong to a requester; add a line such as `requester: agent`")
      }
      return nil
    }
    guard let proof else {
      throw ConsoleFailure(
        .usage, "what proves the authority is missing; add a line such as `proof: written-authority`")
    }
    guard let isAddressee = isAddressee ?? (under16 == true ? true : nil) else {
      throw ConsoleFailure(.usage, "say who is written to; add a line `addressee: requester` or `addressee: person`")
    }
    return Requester(kind: kind, proof: FailureCode(proof), isAddressee: isAddressee, under16: under16)
  }
}
