import ErasureDomain
import OfficerAPI
import OfficerDesk

/// The form that registers a request, empty or as somebody filled it in.
struct RegisterPage: Sendable {
  let problem: PageProblem?
  let channels: [PageChoice]
  let capacities: [PageChoice]
  let rights: [PageChoice]
  let languages: [PageChoice]
  let requesters: [PageChoice]
  let addressees: [PageChoice]
  let today: String
  let receivedOn: String?
  let receivedAt: String?
  let identifiers: String?
  let contact: String?
  let text: String?
  let proof: String?
  let proofs: [PageChoice]
  let isUnder16: Bool
  let messageIDs: String?

  init(_ form: PageForm, problem: PageProblem?, today: CivilDate, _ words: PageWords) {
    self.problem = problem
    let isFresh = problem == nil
    channels = PageChoice.all(RequestActions.channels, "channel", chosen: [form["channel"] ?? "mail"], words)
    capacities = PageChoice.all(
      Capacity.allCases.map(\.rawValue), "capacity", chosen: isFresh ? ["customer"] : form.all("capacity"), words)
    rights = PageChoice.all(
      DataRight.allCases.map(\.rawValue), "right", chosen: isFresh ? ["erasure"] : form.all("right"), words)
    languages = PageChoice.all(
      PersonLanguage.allCases.map(\.rawValue), "language", chosen: [form["language"] ?? ""], words)
    requesters = PageChoice.all(
      Requester.Kind.allCases.map(\.rawValue), "requester", chosen: [form["requester"] ?? ""], words)
    addressees = PageChoice.all(["person", "requester"], "addressee", chosen: [form["addressee"] ?? "person"], words)
    self.today = today.description
    receivedOn = form["received-on"]
    receivedAt = form["received-at"]
    identifiers = form["identifiers"]
    contact = form["contact"]
    text = form["text"]
    proof = form["proof"]
    proofs = PageChoice.offered("proof", words)
    isUnder16 = form["under-16"] != nil
    messageIDs = form["message-ids"]
  }
}

// Registering a request. What is typed travels in the form's body and never in an address.
extension PageRoutes {
  static let register: [PageRoute] = [
    .get("/requests/new", .call(AddRequest.name)) { visit in registerPage(visit, problem: nil) },
    .post("/requests", .call(AddRequest.name)) { visit in
      do {
        let request = try await visit.call(try newRequest(visit))
        return await visit.go(
          to: "/requests/\(request.number)", saying: visit.words("register.done", String(request.number)))
      } catch {
        return registerPage(visit, problem: try visit.formProblem(error))
      }
    },
  ]

  private static func registerPage(_ visit: PageVisit, problem: PageProblem?) -> PageAnswer {
    .page(
      "register", title: visit.words("register.title"),
      content: RegisterPage(visit.form, problem: problem, today: visit.desk.civilClock.today, visit.words),
      status: problem?.reason.status ?? 200)
  }

  private static func newRequest(_ visit: PageVisit) throws -> AddRequest {
    let rights = try visit.formCodes("right", as: DataRight.self)
    let ids = (visit.form["message-ids"] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    return AddRequest(
      channel: try visit.form.require("channel", visit.words("register.no-channel")),
      receivedAt: try visit.formInstant("received-on", "received-at"),
      capacities: try visit.formCodes("capacity", as: Capacity.self),
      identifiers: try visit.formIdentifiers("identifiers"), text: visit.form["text"],
      contact: visit.form["contact"], rights: rights.isEmpty ? nil : rights,
      language: try visit.formCode("language", as: PersonLanguage.self), requester: try requester(visit),
      caseRecords: ids.isEmpty ? nil : [.mail: ids])
  }

  private static func requester(_ visit: PageVisit) throws -> Requester? {
    let form = visit.form
    guard let kind = try visit.formCode("requester", as: Requester.Kind.self) else {
      guard form["proof"] == nil, form["under-16"] == nil else {
        throw PageRefusal(.invalid, visit.words("register.no-requester"), field: "requester")
      }
      return nil
    }
    let proof = try visit.formFreeCode("proof", in: "proof").orThrow(
      PageRefusal(.invalid, visit.words("register.no-proof"), field: "proof"))
    guard SystemName.isName(proof) else {
      throw PageRefusal(.invalid, visit.words("register.no-proof"), field: "proof")
    }
    return Requester(
      kind: kind, proof: FailureCode(proof), isAddressee: form["addressee"] == "requester",
      under16: form["under-16"] == nil ? nil : true)
  }
}
