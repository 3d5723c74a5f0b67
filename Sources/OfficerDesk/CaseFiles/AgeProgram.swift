import ExternalPrograms

/// Encrypts with `age` (Debian: age): no cryptography of our own.
struct AgeProgram: Sendable {
  /// Why nothing was encrypted.
  enum Failure: Error, Hashable, Sendable {
    /// The program is missing, or ended in another way than with its result.
    case notRun
  }

  private static let seconds: Int64 = 30
  /// Armour is not used: a header of some hundred bytes for each key and 16 bytes for each 64 KiB come on top.
  private static let overhead = 1 << 16

  /// The folder of `age` and `age-keygen`.
  var folder = "/usr/bin"

  /// Encrypts to public keys, each of which opens it: `age1…` or a line of OpenSSH.
  func encrypted(_ bytes: [UInt8], to keys: [String]) async throws(Failure) -> [UInt8] {
    let output = try await run("age", keys.flatMap { ["-r", $0] }, input: bytes, limit: bytes.count + Self.overhead)
    // Of an empty output nobody could get anything back.
    guard output.starts(with: Array("age-encryption.org/v1\n".utf8)) else { throw .notRun }
    return output
  }

  /// A fresh key pair: the secret as `age -i` takes it, and the public key.
  func freshIdentity() async throws(Failure) -> (secret: [UInt8], publicKey: String) {
    let text = String(decoding: try await run("age-keygen", [], input: [], limit: 4_096), as: UTF8.self)
    let lines = text.split(separator: "\n")
    guard let secret = lines.last(where: { $0.hasPrefix("AGE-SECRET-KEY-1") }),
      let key = lines.first(where: { $0.hasPrefix("# public key: age1") })
    else { throw .notRun }
    return (Array(secret.utf8), String(key.dropFirst("# public key: ".count)))
  }

  private func run(
    _ name: String, _ arguments: [String], input: [UInt8], limit: Int
  ) async throws(Failure) -> [UInt8] {
    guard let program = ExternalProgram(["\(folder)/\(name)"], environment: [:]) else { throw .notRun }
    let ending = await program.run(arguments, input: input, outputBytes: limit, seconds: Self.seconds)
    guard case .exited(0, let output) = ending else { throw .notRun }
    return output
  }
}
