import ConnectorKit
public import ErasureDomain
import ErasurePlanning
public import EvidenceLog
import Journal
public import OfficerAPI

// The officer's page comes in here. It makes the same calls as the command line, and every rule about them is the desk's.
extension OfficerDesk {
  /// Somebody of the organisation as the page shows him.
  public struct Visitor: Sendable {
    public let person: PersonReference
    public let name: String
    public let roles: Set<Role>

    /// Whether one of his roles may make a call.
    public func may(_ call: String) -> Bool { !(Permissions.roles[call] ?? []).isDisjoint(with: roles) }
  }

  /// Who came in, and with which key.
  public struct Login: Sendable {
    public let person: PersonReference
    let principal: String
    let key: SSHPublicKey
  }

  /// Whom a login lets in now; nil when it lets nobody in any more, because its key is not listed, is over or is in other
  /// hands, or its person is not in the configuration.
  public func visitor(_ login: Login) async throws -> Visitor? {
    let file = try await signersInForce()
    do {
      let person = try await holder(
        of: login.key, as: login.principal, for: LoginText.namespace, listedIn: file, at: clock.now())
      guard person.id == login.person else { return nil }
      return Visitor(person: person.id, name: person.name, roles: person.roles)
    } catch let refusal as Refusal where refusal.reason == .forbidden {
      return nil
    }
  }

  /// Every call there is, for a test of who may make which.
  public static var calls: [String: Set<Role>] { Permissions.roles }

  /// Makes a call for somebody who showed his passkey, with the same checks as at the command socket.
  public func make<C: OfficerCall>(_ call: C, by person: PersonReference) async throws -> C.Answer {
    guard let person = settings.people.persons.first(where: { $0.id == person }) else {
      throw Refusal(.forbidden, "you are not in the configuration's people: any more")
    }
    let caller = Caller(person: person, roles: person.roles)
    let body = try CanonicalJSON.encode(call)
    do {
      return try CanonicalJSON.decode(C.Answer.self, from: try await admit(C.name, body, caller))
    } catch {
      throw report(error, of: C.name)
    }
  }

  /// The bytes of `allowed_signers` in force: only keys that the log knows open the page.
  public func listedSigners() async throws -> AllowedSigners {
    let bytes = try await signersInForce(recording: true)
    do { return try AllowedSigners(parsing: bytes) } catch {
      throw Refusal(.unavailable, "allowed_signers does not read: \(error)")
    }
  }

  /// Who signs as a principal; nil when nobody does.
  public func signer(_ principal: String) -> PersonReference? { settings.people.signer(principal)?.id }

  /// The text whose signature opens the page.
  public func loginText(nonce: String) throws -> LoginText { try LoginText(log: settings.origin, nonce: nonce) }

  /// Who signed a login text, judged as every other signature is.
  public func login(_ armored: [UInt8], over text: LoginText, principal: String) async throws -> Login {
    let signed = try await signature(
      String(decoding: armored, as: UTF8.self), over: text.encoded, principal: principal, LoginText.namespace,
      at: clock.now())
    return Login(person: signed.person.id, principal: principal, key: signed.key)
  }

  /// Puts a denied attempt at the page into the log.
  public func pageDenied(_ what: String, by person: PersonReference?) async {
    let known = settings.people.persons.first { $0.id == person }
    await denied(what, FailureCode("page"), by: Caller(person: known, roles: known?.roles ?? []))
  }

  /// Whether nothing here concerns real people.
  public var isPractice: Bool { settings.practice }

  /// The controller's clock.
  public var civilClock: any CivilClock { clock }

  /// Who stopped everything, and when; nil while work goes on. Names no person of a request.
  public func standstill() async throws -> (by: String?, at: UTCTime)? {
    try await journal.read { reader in try reader.log().stopped }.map { (settings.people.name(of: $0.by), $0.at) }
  }

  /// How many entries the log has: where who follows it from now on begins.
  public func logSize() async throws -> Int64 { Int64(clamping: try await journal.read { reader in try reader.size }) }

  /// The register as it is in force.
  public var registered: [SystemRecord] { settings.register.systems }

  /// Whether somebody may release a system; the desk judges again when he does.
  public func mayRelease(_ system: SystemName, _ visitor: Visitor) -> Bool {
    visitor.may(ReleaseSystem.name) && caller(visitor).owns(system)
  }

  /// Whether somebody may stop a system.
  public func mayStop(_ system: SystemName, _ visitor: Visitor) -> Bool {
    visitor.may(StopSystem.name) && (caller(visitor).owns(system) || visitor.roles.contains(.officer))
  }

  private func caller(_ visitor: Visitor) -> Caller {
    Caller(person: settings.people.persons.first { $0.id == visitor.person }, roles: visitor.roles)
  }

  /// The log as a whole: what an auditor is told about it.
  public struct LogHead: Sendable {
    public let origin: String
    public let size: UInt64
    /// The log's verifier key.
    public let key: String
    /// The newest checkpoint, as it is signed; nil before the first.
    public let checkpoint: (size: UInt64, note: [UInt8])?
  }

  /// The log's name, size, key and newest checkpoint.
  public func logHead() async throws -> LogHead {
    let (size, key, checkpoint) = try await journal.read { reader in
      (try reader.size, try reader.log().opened?.vkey ?? "", try reader.newestCheckpoint())
    }
    return LogHead(origin: settings.origin, size: size, key: key, checkpoint: checkpoint)
  }

  /// What the daemon itself trusts when it checks its own evidence: its own key, and the signers in force. An auditor
  /// brings his own.
  public func ownTrust() async throws -> AuditTrust {
    let key = try NoteVerifierKey(parsing: try await logHead().key)
    return AuditTrust(
      policy: try TrustPolicy(logs: [TrustPolicy.Log(key: key)]), allowedSigners: try await listedSigners(),
      signatures: settings.signatures)
  }
}
