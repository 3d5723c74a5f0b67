import ErasureDomain
import ErasurePlanning
import EvidenceLog
import Journal
import Logging
import OfficerAPI

// Nobody appoints himself: people, signers and register change by the signatures of two who may decide already.
extension OfficerDesk {
  /// A change that is configured and not in force.
  struct ConfiguredChange {
    let part: ConfigurationPart
    let old: ContentDigest
    let new: ContentDigest
    let bytes: [UInt8]
    /// Nil where what is in force is not here any more.
    let words: ConfigurationWords?
    let problem: String?
    /// How often the configuration has changed before.
    let number: Int
    /// Who has signed exactly this change already, and under which nonce: it stays, whatever else takes effect meanwhile.
    let signed: PendingChange?
    /// The nonce of signatures that do not count, since a key in other hands may have made one: not to be signed again.
    var void: String?

    var approvals: [Approval] { signed?.approvals ?? [] }

    /// The same until the change takes effect, and never again after that: signatures cannot be used twice, and a daemon
    /// that was started again asks for the same text.
    func text(_ log: String) throws -> ConfigurationText {
      let seed =
        "expunged-change/1\n\(log)\n\(part.rawValue)\n\(old)\n\(new)\n\(number)\n" + (void.map { "\($0)\n" } ?? "")
      let nonce = signed?.nonce ?? Hex.encode(ContentDigest(hashing: Array(seed.utf8)).bytes.prefix(16))
      return try ConfigurationText(log: log, kind: part, old: old, new: new, nonce: nonce)
    }
  }

  // MARK: What is in force

  /// The bytes of `allowed_signers` that count: the file, or what the log knows where the file is another.
  ///
  /// In practice mode the file counts, and with `recording` the log says so.
  func signersInForce(recording: Bool = false) async throws -> [UInt8] {
    var file: [UInt8]?
    do { file = try signers() } catch {
      logger.error("allowed_signers cannot be read", metadata: ["error": "\(type(of: error))"])
    }
    let logged = try await journal.read { reader in try reader.log().digests[ConfigurationPart.signers.rawValue] }
    if let file, logged == nil || ContentDigest(hashing: file) == logged { return file }
    if settings.practice, let file, let logged {
      guard recording else { return file }
      let facts = SignersChanged(
        file: ConfigurationPart.signers.rawValue, old: logged, new: ContentDigest(hashing: file), practice: true)
      try await append(facts, about: .log, by: nil, expecting: nil)
      return file
    }
    if let logged, let kept = room?.bytes(of: logged) { return kept }
    guard file != nil else {
      throw Refusal(.unavailable, "allowed_signers cannot be read; see the daemon's configuration")
    }
    throw Refusal(
      .refused,
      "allowed_signers changed without the signatures of two entitled people, and what was in force is not kept here; "
        + "put the old one back")
  }

  /// What differs from what is in force outside practice mode, by name.
  func changedParts() async throws -> [String] {
    guard !settings.practice else { return [] }
    var parts = settings.changedWithoutSignatures.filter { $0 != ConfigurationPart.signers.rawValue }
    let logged = try await journal.read { reader in try reader.log().digests[ConfigurationPart.signers.rawValue] }
    var file: [UInt8] = []
    do { file = try signers() } catch {
      logger.error("allowed_signers cannot be read", metadata: ["error": "\(type(of: error))"])
    }
    if let logged, ContentDigest(hashing: file) != logged {
      parts.append(ConfigurationPart.signers.rawValue)
      parts.sort()
    }
    return parts
  }

  func requireUnchangedConfiguration() async throws {
    let parts = try await changedParts()
    guard parts.isEmpty else {
      throw Refusal(
        .refused,
        "\(parts.joined(separator: ", ")) changed without the signatures of two entitled people; plans that run go on, "
          + "new ones wait until two officers have signed (expunge change show) or the old version is back")
    }
  }

  // MARK: Calls

  func showConfiguration() async throws -> ConfigurationView {
    let digests = try await journal.read { reader in try reader.log().digests }
    var inForce: [ConfigurationPart: ContentDigest] = [:]
    for part in ConfigurationPart.allCases { inForce[part] = digests[part.rawValue] }
    var changes: [ChangeView] = []
    for part in ConfigurationPart.allCases {
      if let change = try await change(of: part) { changes.append(view(of: change, isInForce: false)) }
    }
    return ConfigurationView(inForce: inForce, changes: changes)
  }

  func prepare(_ call: PrepareChange) async throws -> ChangePrepared {
    let change = try await signable(call.part)
    let text = try change.text(settings.origin)
    return ChangePrepared(
      text: String(decoding: text.encoded, as: UTF8.self), change: view(of: change, isInForce: false))
  }

  func submit(_ call: SubmitChange, _ caller: Caller) async throws -> ChangeView {
    do {
      return try await sign(call)
    } catch let refusal as Refusal {
      if refusal.reason == .forbidden || refusal.reason == .refused {
        await denied(SubmitChange.name, FailureCode("approval-refused"), by: caller)
      }
      throw refusal
    }
  }

  private func signable(_ part: ConfigurationPart) async throws -> ConfiguredChange {
    guard !settings.practice else {
      throw Refusal(.refused, "in practice mode a change takes effect by itself; there is nothing to sign")
    }
    guard let change = try await change(of: part) else {
      throw Refusal(.refused, "\(part.rawValue) is as the log knows it; there is nothing to sign")
    }
    if let problem = change.problem { throw Refusal(.refused, problem) }
    return change
  }

  private func sign(_ call: SubmitChange) async throws -> ChangeView {
    let bytes = Array(call.text.utf8)
    let given: ConfigurationText
    do { given = try ConfigurationText(parsing: bytes) } catch {
      throw Refusal(.invalid, "the text of the change does not read: \(error)")
    }
    let change = try await signable(given.kind)
    guard try change.text(settings.origin).encoded == bytes else {
      throw Refusal(
        .refused,
        "this signature is for another change than the one that is configured now: look at it again and sign anew")
    }
    let signed = try await signature(
      call.signature, over: bytes, principal: call.principal, ConfigurationText.namespace, at: clock.now())
    guard signed.person.roles.contains(.officer) else {
      throw Refusal(.forbidden, "\(signed.person.name) is not an officer and cannot change who decides about what")
    }
    guard !change.approvals.contains(where: { $0.by == signed.person.id }) else {
      throw Refusal(.refused, "\(signed.person.name) has already signed this change; a second officer is needed")
    }
    guard !change.approvals.contains(where: { $0.keyFingerprint == signed.key.fingerprint }) else {
      throw Refusal(.refused, "this key has already signed the change; a second officer needs a key of his own")
    }
    let artifacts = [Self.artifact(bytes), Self.artifact(Array(call.signature.utf8))]
    let approval = Approval(
      by: signed.person.id, keyFingerprint: signed.key.fingerprint, text: artifacts[0].digest,
      signature: artifacts[1].digest)
    let facts = ChangeSigned(
      part: change.part, approval: approval, old: change.old, new: change.new, nonce: given.nonce)
    var drafts = [try EntryDraft(facts, about: .log, by: signed.person.id, artifacts: artifacts)]
    let approvals = change.approvals + [approval]
    let isInForce = approvals.count >= PendingChange.signaturesNeeded
    if isInForce {
      // Kept before the log says that it counts: who may decide next is asked of these bytes.
      try room?.keep(change.bytes)
      drafts.append(try effect(of: change))
    }
    try await journal.append(drafts, to: .log, expecting: nil)
    if isInForce { takeEffect(change) }
    do { try await publish() } catch {
      logger.error("the log could not be published", metadata: ["after": "change of configuration"])
    }
    return view(of: change, signedBy: approvals, isInForce: isInForce)
  }

  private func effect(of change: ConfiguredChange) throws -> EntryDraft {
    switch change.part {
    case .register:
      try EntryDraft(
        RegisterChanged(old: change.old, new: change.new, practice: false, systems: change.words?.systems.sorted()),
        about: .log)
    case .signers, .people:
      try EntryDraft(
        SignersChanged(
          file: change.part.rawValue, old: change.old, new: change.new, practice: false,
          people: change.words?.people.sorted()), about: .log)
    }
  }

  private func takeEffect(_ change: ConfiguredChange) {
    inForce.update { settings in
      settings.changedWithoutSignatures.removeAll { $0 == change.part.rawValue }
      guard change.part == .people, let configured = settings.configuredPeople else { return }
      settings.people = configured.people
      settings.approvals = configured.approvals
      settings.waitingHours = configured.waitingHours
      settings.requiresPIN = configured.requiresPIN
      settings.configuredPeople = nil
    }
    logger.warning("a change of the configuration takes effect", metadata: ["what": "\(change.part.rawValue)"])
  }

  // MARK: What differs

  private func change(of part: ConfigurationPart) async throws -> ConfiguredChange? {
    let log = try await journal.read { reader in try reader.log() }
    guard let old = log.digests[part.rawValue], let bytes = try configured(part) else { return nil }
    let new = ContentDigest(hashing: bytes)
    guard new != old else { return nil }
    let (words, problem) = compared(part, room?.bytes(of: old), bytes)
    let pending = log.pending?[part].flatMap { $0.old == old && $0.new == new ? $0 : nil }
    // A log of earlier rules keeps such a signature.
    let isVoid = pending?.approvals.contains { log.compromised?[$0.keyFingerprint] != nil } == true
    return ConfiguredChange(
      part: part, old: old, new: new, bytes: bytes, words: words, problem: problem, number: log.changes ?? 0,
      signed: isVoid ? nil : pending, void: isVoid ? pending?.nonce : nil)
  }

  /// Nil where nothing else is configured than what is in force.
  private func configured(_ part: ConfigurationPart) throws -> [UInt8]? {
    switch part {
    case .people: return settings.configuredPeople?.bytes
    case .register: return settings.register.canonicalBytes
    case .signers:
      do { return try signers() } catch {
        throw Refusal(.unavailable, "allowed_signers cannot be read; see the daemon's configuration")
      }
    }
  }

  private func compared(
    _ part: ConfigurationPart, _ old: [UInt8]?, _ new: [UInt8]
  ) -> (words: ConfigurationWords?, problem: String?) {
    guard let old else {
      return (
        nil,
        "what was in force of \(part.rawValue) is not kept here, so that nobody knows who may sign: put the old version "
          + "back and start the daemon once, then change it"
      )
    }
    switch part {
    case .people:
      guard
        let (before, after) = PeopleConfiguration(bytes: old).flatMap({ old in
          PeopleConfiguration(bytes: new).map { (old, $0) }
        })
      else { return (nil, "the people that were in force do not read in this version") }
      return (.people(before, after), nil)
    case .signers:
      do {
        let (before, after) = (try AllowedSigners(parsing: old), try AllowedSigners(parsing: new))
        let known = People(persons: settings.people.persons + (settings.configuredPeople?.people.persons ?? []))
        return (.signers(before, after, known), nil)
      } catch { return (nil, "\(error)") }
    case .register:
      guard let words = ConfigurationWords.register(old, new) else {
        return (nil, "the register that was in force does not read in this version")
      }
      return (words, nil)
    }
  }

  private func view(
    of change: ConfiguredChange, signedBy approvals: [Approval]? = nil, isInForce: Bool
  ) -> ChangeView {
    ChangeView(
      part: change.part, old: change.old, new: change.new, words: change.words?.lines ?? [], problem: change.problem,
      signedBy: (approvals ?? change.approvals).map { settings.people.name(of: $0.by) ?? "" },
      needed: PendingChange.signaturesNeeded, isInForce: isInForce)
  }
}
