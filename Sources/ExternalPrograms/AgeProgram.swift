import CPrograms
import Glibc
import SystemPackage

/// The program `age` of the machine: encrypts for a public key or a passphrase.
///
/// What is encrypted is in memory and in pipes, never in a file of a folder. Keys and passphrases are no arguments.
public struct AgeProgram: Sendable {
  /// For whom something is encrypted.
  public enum Recipient: Hashable, Sendable {
    /// One line: `age1…`, `ssh-ed25519 …` or `ssh-rsa …`.
    case key(String)
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

  private let age: String
  private let setsid: String

  public init(age: String = "/usr/bin/age", setsid: String = "/usr/bin/setsid") {
    self.age = age
    self.setsid = setsid
  }

  /// The encrypted bytes, as age writes them.
  public func encrypt(_ bytes: [UInt8], for recipient: Recipient) async throws(Failure) -> [UInt8] {
    guard access(age, X_OK) == 0 else { throw .missing }
    let ending: ProgramEnding
    switch recipient {
    case .key(let key): ending = await encrypt(bytes, key: key)
    case .passphrase(let phrase): ending = await encrypt(bytes, passphrase: phrase)
    }
    switch ending {
    case .exited(0, let output) where output.starts(with: Array("age-encryption.org/v1".utf8)): return output
    case .notStarted: throw .missing
    case .exited:
      if case .key = recipient { throw .keyRefused }
      throw .failed
    case .killed, .timedOut, .outputTooLarge: throw .failed
    }
  }

  /// The key goes in by standard input, so the plaintext has the third file: no program needs more than these.
  private func encrypt(_ bytes: [UInt8], key: String) async -> ProgramEnding {
    guard let program = ExternalProgram([age, "-R", "-", "-o", "-", "/dev/stderr"]) else { return .notStarted }
    return await program.run(
      input: Array(key.utf8) + [0x0A], extra: bytes, outputBytes: Self.room(bytes.count), seconds: Self.seconds)
  }

  /// age asks for passphrases at its controlling terminal and nowhere else: it gets one, with the answer in it.
  private func encrypt(_ bytes: [UInt8], passphrase: String) async -> ProgramEnding {
    var (ours, theirs): (Int32, Int32) = (-1, -1)
    guard cprograms_terminal(&ours, &theirs) == 0 else { return .notStarted }
    defer { close(ours) }
    // Twice: age asks for it again.
    let typed = Array("\(passphrase)\n\(passphrase)\n".utf8)
    guard write(ours, typed, typed.count) == typed.count,
      let program = ExternalProgram([setsid, "--ctty", "--wait", age, "-p", "-o", "-", "/dev/stderr"])
    else {
      close(theirs)
      return .notStarted
    }
    return await program.run(
      terminal: FileDescriptor(rawValue: theirs), extra: bytes, outputBytes: Self.room(bytes.count),
      seconds: Self.seconds)
  }
}
