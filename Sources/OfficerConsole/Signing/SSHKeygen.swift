import Foundation
@preconcurrency import Glibc

/// Signs with `ssh-keygen -Y sign`: the key stays where it is, on disk, in an agent or on a security key.
struct SSHKeygen {
  /// The file name of the private or public key.
  let key: String
  /// The program; found in the search path.
  var program = "ssh-keygen"

  /// The armoured SSHSIG of the text in a namespace.
  func sign(_ text: [UInt8], namespace: String) throws -> String {
    guard FileManager.default.fileExists(atPath: key) else {
      throw ConsoleFailure(.usage, "the key \(key) does not exist; name your private key, or its .pub for an agent")
    }
    return try PrivateFolder.with { folder in
      let file = folder + "/text"
      try Data(text).write(to: URL(fileURLWithPath: file))
      try run(["-q", "-Y", "sign", "-n", namespace, "-f", key, file])
      guard let signature = FileManager.default.contents(atPath: file + ".sig") else {
        throw ConsoleFailure(.usage, "\(program) wrote no signature; sign by hand with --print-text and --signature")
      }
      return String(decoding: signature, as: UTF8.self)
    }
  }

  /// Runs the program to its end, with our terminal.
  ///
  /// Foundation's `Process` would put the child into a process group of its own, where it cannot ask at the terminal
  /// for a passphrase; so it is started directly. Nothing else happens while it runs.
  private func run(_ arguments: [String]) throws(ConsoleFailure) {
    var strings = ([program] + arguments).map { strdup($0) }
    strings.append(nil)
    defer { strings.forEach { free($0) } }
    var child = pid_t()
    let problem = posix_spawnp(&child, program, nil, nil, strings, environ)
    guard problem == 0 else {
      let words = String(cString: strerror(problem))
      throw ConsoleFailure(
        .usage, "\(program) cannot be started (\(words)); install openssh-client, or sign elsewhere (--print-text)")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else {
        throw ConsoleFailure(.usage, "the end of \(program) was not seen; try again")
      }
    }
    guard status == 0 else {
      throw ConsoleFailure(
        .usage, "\(program) did not sign with \(key); its own message is above. Nothing was sent to the daemon")
    }
  }
}
