import ArgumentParser
import EvidenceLog
import Foundation

/// The auditor's own files.
struct TrustOptions: ParsableArguments {
  @Option(
    name: .customLong("key"),
    help: ArgumentHelp("File with the log's verifier key; twice during a change of keys.", valueName: "file"))
  var keys: [String] = []

  @Option(
    name: .customLong("witness"), help: ArgumentHelp("File with a witness's verifier key.", valueName: "file"))
  var witnesses: [String] = []

  @Option(
    help: ArgumentHelp("How many of the witnesses must have cosigned; all of them by default.", valueName: "n"))
  var quorum: Int?

  @Option(help: ArgumentHelp("Your trust policy, instead of --key, --witness and --quorum.", valueName: "file"))
  var policy: String?

  @Option(help: ArgumentHelp("Your copy of allowed_signers: who may approve.", valueName: "file"))
  var signers: String?

  @Flag(
    name: .customLong("require-pin"),
    help: "Demand that each signature by a key in hardware was made with PIN or biometry, not with a touch alone.")
  var requiresPIN = false

  @Option(
    name: .customLong("page-origin"),
    help: ArgumentHelp(
      "The officers' page, as https://host: a signature made in a browser anywhere else is refused.", valueName: "url"))
  var pageOrigins: [String] = []

  @Option(
    name: .customLong("old"),
    help: ArgumentHelp("A checkpoint of this log that you kept from before.", valueName: "file"))
  var earlier: [String] = []

  func validate() throws {
    if policy != nil {
      guard keys.isEmpty, witnesses.isEmpty, quorum == nil else {
        throw ValidationError("--policy stands instead of --key, --witness and --quorum: give one or the other")
      }
    } else {
      guard !keys.isEmpty else {
        throw ValidationError("give the log's key (--key FILE) or your policy (--policy FILE)")
      }
      guard (0...witnesses.count).contains(quorum ?? 0) else {
        throw ValidationError("--quorum must be between 0 and the number of witnesses (\(witnesses.count))")
      }
    }
  }

  func trust() throws -> AuditTrust {
    let allowed = try signers.map { path in
      try Self.reading(path) { try AllowedSigners(parsing: $0) }
    }
    let signatures = SignaturePolicy(
      requiresUserVerification: requiresPIN, origins: pageOrigins.isEmpty ? nil : pageOrigins)
    return AuditTrust(
      policy: try trustPolicy(), allowedSigners: allowed, signatures: signatures, earlier: try earlier.map(Self.bytes))
  }

  private func trustPolicy() throws -> TrustPolicy {
    if let policy { return try Self.reading(policy) { try TrustPolicy(parsing: $0) } }
    let logs = try keys.map { TrustPolicy.Log(key: try Self.key($0)) }
    let known = try witnesses.enumerated().map { place, path in
      TrustPolicy.Witness(name: "witness-\(place + 1)", key: try Self.key(path))
    }
    let needed = quorum ?? known.count
    let groups = needed == 0 ? [] : [TrustPolicy.Group(name: "quorum", threshold: needed, members: known.map(\.name))]
    do {
      return try TrustPolicy(logs: logs, witnesses: known, groups: groups, quorum: groups.first?.name)
    } catch {
      throw ValidationError("these keys make no policy: \(error)")
    }
  }

  private static func key(_ path: String) throws -> NoteVerifierKey {
    try reading(path) { bytes in
      let line = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
      return try NoteVerifierKey(parsing: String(decoding: line, as: UTF8.self))
    }
  }

  private static func reading<Value>(_ path: String, _ parse: ([UInt8]) throws -> Value) throws -> Value {
    let bytes = try bytes(path)
    do { return try parse(bytes) } catch { throw ValidationError("\(path): \(error)") }
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    do { return [UInt8](try Data(contentsOf: URL(filePath: path))) } catch {
      throw Unreadable("\(path) cannot be read: \(error.localizedDescription)")
    }
  }
}
