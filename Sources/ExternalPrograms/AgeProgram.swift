import CPrograms
import Glibc
import SystemPackage

/// The program `age` of the machine: encrypts for a public key or a passphrase.
///
/// What is encrypted is in memory and in pipes, never in a file of a folder. Keys and passphrases are no arguments.
public struct AgeProgram: Sendable {
  /// For whom something is encrypted.
  public enum Recipient: Hashable, Sendable {
    /// Lines `age1…`, `ssh-ed25519 …` or `ssh-rsa …`; each of their owners can open it.
    case keys([String])
    case passphrase(String)
  }

  /// Why nothing was encrypted.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program is not there.
    case missing
    /// It does not take the key.
    case keyRefused
    case failed

    public var description: String {
      switch self {
      case .missing: "the program age is not installed on the daemon's machine (Debian: apt install age)"
      case .keyRefused:
        "age does not take this key; give one line that begins with age1, ssh-ed25519 or ssh-rsa"
      case .failed: "age could not encrypt; try again"
      }
    }
  }

  /// Seconds that one encryption may take.
  private static let seconds: Int64 = 300
  /// What age adds: a header, and 16 bytes for each 64 KiB.
  private static func room(_ bytes: Int) -> Int { bytes + bytes / 1_000 + 65_536 }

  private let folder: String
  private var age: String { folder + "/age" }

  /// `folder` has `age` and `age-keygen`.
  public init(folder: String = "/usr/bin") { self.folder = folder }

  /// A fresh key pair: the secret as `age -i` takes it, and the public key.
  public func freshIdentity() async throws(Failure) -> (secret: [UInt8], publicKey: String) {
    guard access(folder + "/age-keygen", X_OK) == 0, let program = ExternalProgram([folder + "/age-keygen"]) else {
      throw .missing
    }
    guard case .exited(0, let output) = await program.run(outputBytes: 4_096, seconds: Self.seconds) else {
      throw .failed
    }
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    guard let secret = lines.last(where: { $0.hasPrefix("AGE-SECRET-KEY-1") }),
      let key = lines.first(where: { $0.hasPrefix("# public key: age1") })
    else { throw .failed }
    return (Array(secret.utf8), String(key.dropFirst("# public key: ".count)))
  }

  /// The encrypted bytes, as age writes them.
  public func encrypt(_ bytes: [UInt8], for recipient: Recipient) async throws(Failure) -> [UInt8] {
    guard access(age, X_OK) == 0 else { throw .missing }
    let ending: ProgramEnding
    switch recipient {
    case .keys(let keys): ending = await encrypt(bytes, keys: keys)
    case .passphrase(let phrase): ending = await encrypt(bytes, passphrase: phrase)
    }
    switch ending {
    case .exited(0, let output) where output.starts(with: Array("age-encryption.org/v1".utf8)): return output
    case .notStarted: throw .missing
    case .exited:
      if case .keys = recipient { throw .keyRefused }
      throw .failed
    case .killed, .timedOut, .outputTooLarge: throw .failed
    }
  }

  /// The keys go in by standard input, so the plaintext has the third file: no program needs more than these.
  private func encrypt(_ bytes: [UInt8], keys: [String]) async -> ProgramEnding {
    guard let program = ExternalProgram([age, "-R", "-", "-o", "-", "/dev/stderr"]) else { return .notStarted }
    return await program.run(
      input: Array(keys.joined(separator: "\n").utf8) + [0x0A], extra: bytes, outputBytes: Self.room(bytes.count),
      seconds: Self.seconds)
  }

  /// age asks for passphrases at its controlling terminal and nowhere else: it gets one, with the answer in it.
  private func encrypt(_ bytes: [UInt8], passphrase: String) async -> ProgramEnding {
    var (ours, theirs): (Int32, Int32) = (-1, -1)
    guard cprograms_terminal(&ours, &theirs) == 0 else { return .notStarted }
    defer { close(ours) }
    // Twice: age asks for it again.
    let typed = Array("\(passphrase)\n\(passphrase)\n".utf8)
    guard write(ours, typed, typed.count) == typed.count,
      let program = ExternalProgram(["/usr/bin/setsid", "--ctty", "--wait", age, "-p", "-o", "-", "/dev/stderr"])
    else {
      close(theirs)
      return .notStarted
    }
    return await program.run(
      terminal: FileDescriptor(rawValue: theirs), extra: bytes, outputBytes: Self.room(bytes.count),
      seconds: Self.seconds)
  }
}
