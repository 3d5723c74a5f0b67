import ErasureDomain
import EvidenceLog
import Journal
import OfficerAPI
import SubjectVault

/// The list of who must not be contacted for marketing, where the company opted in.
public struct DoNotContactSettings: Hashable, Sendable {
  /// Which entry of the record of processing (Art. 30 GDPR) names the list.
  public var recordOfProcessing: String
  /// How long an address stays on it; nil for no end.
  public var keepMonths: Int?
  /// The telephone code of the controller's country, without `+`.
  public var countryCode: String

  public init(recordOfProcessing: String, keepMonths: Int?, countryCode: String) {
    self.recordOfProcessing = recordOfProcessing
    self.keepMonths = keepMonths
    self.countryCode = countryCode
  }
}

// Tags alone, without request and day: nobody can tell from the list who is on it, or since when (evidence.md 10.3).
extension OfficerDesk {
  func addDoNotContact(_ call: AddDoNotContact, _ caller: Caller) async throws -> Done {
    let record = try await find(call.request)
    _ = try list()
    guard try await keepFromContact(record) else {
      throw Refusal(
        .invalid,
        "request \(record.number) has no email, phone or postal identifier, so there is nothing to put on the list")
    }
    return Done()
  }

  /// Puts the request's addresses on the list; whether it has any.
  @discardableResult
  func keepFromContact(_ record: RequestRecord) async throws -> Bool {
    let (settings, keyring) = try list()
    let addresses = try await addresses(of: record, settings)
    // The first of a month: no day says when somebody came onto the list.
    let expires = settings.keepMonths.map { months -> CivilDate in
      let end = clock.today.adding(months: months + 1)
      return end.adding(days: 1 - end.day)
    }
    try await keyring.keepFromContact(addresses.map { ($0.field, $0.value) }, expires: expires)
    return !addresses.isEmpty
  }

  func checkDoNotContact(_ call: CheckDoNotContact, _ caller: Caller) async throws -> DoNotContactAnswer {
    let (settings, keyring) = try list()
    let field = try Self.field(call.field)
    guard call.values.count <= CheckDoNotContact.mostRows else {
      throw Refusal(.invalid, "at most \(CheckDoNotContact.mostRows) addresses in one call")
    }
    var answer = DoNotContactAnswer(hits: [], unreadable: [])
    var places: [Int] = []
    var addresses: [Keyring.Address] = []
    for (place, value) in call.values.enumerated() {
      guard let normal = field.normalised(value, countryCode: settings.countryCode) else {
        answer.unreadable.append(place)
        continue
      }
      places.append(place)
      addresses.append((field, normal))
    }
    let found = try await keyring.mustNotBeContacted(addresses)
    answer.hits = zip(places, found).filter { $0.1 }.map { $0.0 }
    try await append(
      DoNotContactChecked(rows: call.values.count, hits: answer.hits.count), about: .log, by: caller.id, expecting: nil)
    return answer
  }

  func exportDoNotContact(_ call: ExportDoNotContact, _ caller: Caller) async throws -> DoNotContactAddresses {
    let record = try await find(call.request)
    let (settings, keyring) = try list()
    guard try await vault.contains(record.request), record.state != .closed, record.state != .ended else {
      throw Refusal(
        .refused,
        "request \(record.number) is \(record.state.word): its addresses are known no more; the list itself has tags alone"
      )
    }
    let addresses = try await addresses(of: record, settings)
    let listed = try await keyring.mustNotBeContacted(addresses.map { ($0.field, $0.value) })
    let found = zip(addresses, listed).filter { $0.1 }.map { $0.0.identifier }
    guard !found.isEmpty else {
      throw Refusal(
        .refused,
        "nothing of request \(record.number) is on the list; expunge do-not-contact add \(record.number) first")
    }
    try await append(
      DoNotContactExported(addresses: found.count), about: EntrySubject(request: record.request), by: caller.id,
      expecting: record.revision)
    return DoNotContactAddresses(addresses: found)
  }

  func removeDoNotContact(_ call: RemoveDoNotContact, _ caller: Caller) async throws -> Done {
    let (settings, keyring) = try list()
    let reason = FailureCode(try Self.code(call.reason, "the reason"))
    guard let value = try Self.field(call.field).normalised(call.value, countryCode: settings.countryCode) else {
      throw Refusal(.invalid, "this is no address of kind \(call.field)")
    }
    guard try await keyring.allowContact((try Self.field(call.field), value)) else {
      throw Refusal(.notFound, "this address is not on the list")
    }
    try await append(DoNotContactRemoved(reason: reason), about: .log, by: caller.id, expecting: nil)
    return Done()
  }

  /// What has reached its end goes; the log hears how many are left, at most once a day. Where the list is switched off
  /// its key is destroyed.
  public func tendDoNotContact() async throws {
    guard let keyring else { return }
    guard settings.doNotContact != nil else {
      guard try await keyring.destroyDoNotContact() else { return }
      return try await append(DoNotContactEnded(), about: .log, by: nil, expecting: nil)
    }
    let addresses = try await keyring.expireDoNotContact(on: clock.today)
    let log = try await journal.read { reader in try reader.log() }
    let last = log.doNotContact
    guard last?.addresses ?? 0 != addresses, last.map({ clock.day(of: $0.at) < clock.today }) ?? true else { return }
    try await append(DoNotContactCounted(addresses: addresses), about: .log, by: nil, expecting: nil)
  }

  // MARK: Parts

  private func list() throws -> (DoNotContactSettings, Keyring) {
    guard let list = settings.doNotContact, let keyring else {
      throw Refusal(
        .refused,
        "there is no list of who must not be contacted; switch it on in the configuration: do-not-contact: "
          + "{record-of-processing: \"…\"}")
    }
    return (list, keyring)
  }

  private static func field(_ text: String) throws -> DoNotContactTag.Field {
    guard let field = DoNotContactTag.Field(rawValue: text) else {
      throw Refusal(.invalid, "an address is of kind email, phone or postal")
    }
    return field
  }

  private func addresses(
    of record: RequestRecord, _ settings: DoNotContactSettings
  ) async throws -> [(field: DoNotContactTag.Field, value: String, identifier: SubjectIdentifier)] {
    guard try await vault.contains(record.request) else {
      throw Refusal(.refused, "request \(record.number) is \(record.state.word): its addresses are known no more")
    }
    let known = try await vault.get([SubjectIdentifier].self, .identifiers, of: record.request) ?? []
    return known.compactMap { identifier in
      guard let field = DoNotContactTag.Field(rawValue: identifier.kind.rawValue),
        let value = field.normalised(identifier.value, countryCode: settings.countryCode)
      else { return nil }
      return (field, value, identifier)
    }
  }
}
