import ExternalPrograms
import Foundation
import Testing
import TestKit

@Suite(.timeLimit(.minutes(5))) struct ExternalProgramTests {
  private func shell(_ script: String, environment: [String: String]? = nil) throws -> ExternalProgram {
    try #require(ExternalProgram(["/bin/sh", "-c", script, "sh"], environment: environment))
  }

  @Test func `says how a program ended and what it wrote`() async throws {
    let echo = try shell("cat; printf %s \"$1\"; echo hidden >&2; exit 3")
    #expect(
      await echo.run(["last"], input: Array("first ".utf8), outputBytes: 100, seconds: 60)
        == .exited(3, output: Array("first last".utf8)))
    #expect(await (try shell("kill -9 $$")).run(seconds: 60) == .killed)
    #expect(await ExternalProgram(["/nowhere/program"])?.run(seconds: 60) == .notStarted)
    #expect(await ExternalProgram(["/etc/passwd"])?.run(seconds: 60) == .notStarted)
  }

  @Test func `takes absolute paths only, and no zero byte`() async throws {
    for words in [[], ["ls"], ["./ls"], ["/bin/ls\0"], ["/bin/ls", "a\0b"]] {
      #expect(ExternalProgram(words) == nil, "\(words)")
    }
    #expect(await (try shell("exit 0")).run(["a\0b"], seconds: 60) == .notStarted)
  }

  @Test func `a program that does not read its input breaks nothing`() async throws {
    let input = [UInt8](repeating: 0x61, count: ExternalProgram.largestInput)
    #expect(await (try shell("exit 0")).run(input: input, seconds: 60) == .exited(0, output: []))
    #expect(
      await (try shell("wc -c | tr -d ' \\n'")).run(input: input, outputBytes: 20, seconds: 60)
        == .exited(0, output: Array("1048576".utf8)))
    #expect(await (try shell("exit 0")).run(input: input + [0], seconds: 60) == .notStarted)
  }

  @Test func `a program that takes too long, writes too much or is not wanted is ended`() async throws {
    let folder = try TemporaryFolder()
    // What it starts is named in a file, and would go on for an hour.
    let script = "sleep 3600 & echo $! > \"$0\"; wait"
    for (name, trap) in [("plain", ""), ("deaf", "trap '' TERM; ")] {
      let note = folder.path(name)
      let program = try #require(ExternalProgram(["/bin/sh", "-c", trap + script, note]))
      // Long enough for a busy machine to start it.
      #expect(await program.run(seconds: 5) == .timedOut, "\(name)")
      try await isGone(note)
    }
    #expect(await (try shell("yes")).run(outputBytes: 1_000, seconds: 300) == .outputTooLarge)
    let note = folder.path("unwanted")
    let program = try #require(ExternalProgram(["/bin/sh", "-c", script, note]))
    let task = Task { await program.run(seconds: 3_600) }
    while !FileManager.default.fileExists(atPath: note) { try await Task.sleep(for: .milliseconds(20)) }
    task.cancel()
    #expect(await task.value == .killed)
    try await isGone(note)
  }

  /// Returns when the process whose number is in a file has ended.
  private func isGone(_ note: String) async throws {
    var pid: pid_t?
    while pid == nil {
      pid = pid_t(try String(contentsOfFile: note, encoding: .utf8).filter(\.isNumber))
      try await Task.sleep(for: .milliseconds(20))
    }
    // A process that nobody waits for has ended too: its command line is empty.
    let words = "/proc/\(try #require(pid))/cmdline"
    while FileManager.default.contents(atPath: words)?.isEmpty == false { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test func `a program has three files, and no variable that is ours alone`() async throws {
    let secret = open("/etc/passwd", O_RDONLY)
    defer { close(secret) }
    let files = try #require(
      ExternalProgram(["/bin/sh", "-c", "exec ls /proc/self/fd"])
    )
    // `ls` has the folder itself open.
    #expect(await files.run(outputBytes: 100, seconds: 60) == .exited(0, output: Array("0\n1\n2\n3\n".utf8)))
    let only = try shell("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= | sort", environment: ["A": "b", "C": "d"])
    #expect(await only.run(outputBytes: 100, seconds: 60) == .exited(0, output: Array("A=b\nC=d\n".utf8)))
  }

  @Test func `many at once all end`() async throws {
    let program = try shell("cat")
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<100 {
        group.addTask {
          let text = Array("\(number)".utf8)
          return await program.run(input: text, outputBytes: 10, seconds: 60) == .exited(0, output: text)
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
