import ExternalPrograms
import Foundation
import TestKit
import Testing

/// What is encrypted is opened again by the program that the person would use.
@Suite(.timeLimit(.minutes(5))) struct AgeProgramTests {
  private let plain = Array("first\n\0\u{FF}last".utf8) + [UInt8](repeating: 0x61, count: 3 << 20)

  private func run(_ words: [String], typing secret: String? = nil) throws -> (status: Int32, output: [UInt8]) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, Array(data))
  }

  /// `age -d` asks at its terminal, so it gets one; another implementation than that of the product.
  private func opened(_ file: String, passphrase: String) throws -> (status: Int32, output: [UInt8]) {
    let script = """
      import os,pty,subprocess,sys
      ours,theirs=pty.openpty()
      os.write(ours,(sys.argv[2]+"\\n").encode())
      p=subprocess.Popen(["/usr/bin/setsid","--ctty","/usr/bin/age","-d","-o","-",sys.argv[1]],stdin=theirs,
        stdout=subprocess.PIPE,stderr=subprocess.DEVNULL)
      out=p.communicate()[0]
      sys.stdout.buffer.write(out)
      sys.exit(p.returncode)
      """
    return try run(["/usr/bin/python3", "-c", script, file, passphrase])
  }

  @Test func `a key of age and keys of OpenSSH open it, and another key does not`() async throws {
    let folder = try TemporaryFolder()
    _ = try run(["/usr/bin/age-keygen", "-o", folder.path("own.txt")])
    _ = try run(["/usr/bin/age-keygen", "-o", folder.path("other.txt")])
    let listing = try String(contentsOfFile: folder.path("own.txt"), encoding: .utf8)
    let key = try #require(listing.split(separator: "\n").first { $0.contains("age1") }?.split(separator: " ").last)
    var keys = [(String(key), folder.path("own.txt"))]
    for type in ["ed25519", "rsa"] {
      _ = try run(["/usr/bin/ssh-keygen", "-q", "-t", type, "-N", "", "-C", "ada@example.org", "-f", folder.path(type)])
      let line = try String(contentsOfFile: folder.path(type + ".pub"), encoding: .utf8)
      keys.append((line.split(separator: " ").prefix(2).joined(separator: " "), folder.path(type)))
    }
    for (key, identity) in keys {
      let sealed = try await AgeProgram().encrypt(plain, for: .keys([key]))
      try Data(sealed).write(to: URL(fileURLWithPath: folder.path("sealed.age")))
      let own = try run(["/usr/bin/age", "-d", "-i", identity, folder.path("sealed.age")])
      #expect(own.status == 0 && own.output == plain)
      let other = try run(["/usr/bin/age", "-d", "-i", folder.path("other.txt"), folder.path("sealed.age")])
      #expect(other.status != 0 && other.output.isEmpty)
    }
  }

  @Test func `a passphrase opens it, whatever is in it, and another does not`() async throws {
    let folder = try TemporaryFolder()
    for phrase in ["six words that mean nothing together", "ë \"quoted\" $(x) \\ '"] {
      let sealed = try await AgeProgram().encrypt(plain, for: .passphrase(phrase))
      #expect(String(decoding: sealed.prefix(60), as: UTF8.self).contains("-> scrypt "))
      try Data(sealed).write(to: URL(fileURLWithPath: folder.path("sealed.age")))
      let own = try opened(folder.path("sealed.age"), passphrase: phrase)
      #expect(own.status == 0 && own.output == plain)
      #expect(try opened(folder.path("sealed.age"), passphrase: phrase + "x").status != 0)
    }
  }

  @Test func `no key, no program, nothing encrypted`() async throws {
    await #expect(throws: AgeProgram.Failure.keyRefused) {
      try await AgeProgram().encrypt(plain, for: .keys(["age1nonsense"]))
    }
    await #expect(throws: AgeProgram.Failure.keyRefused) {
      try await AgeProgram().encrypt(plain, for: .keys(["ssh-ed25519 AAAA"]))
    }
    await #expect(throws: AgeProgram.Failure.missing) {
      try await AgeProgram(folder: "/nowhere").encrypt(plain, for: .passphrase("x"))
    }
  }
}
