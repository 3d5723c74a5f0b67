import ErasureDomain
import EvidenceLog
import TestKit
import Testing

struct AllowedSignersTests {
  private static let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBGcTZxeXTrhc7+rk0oFgGir/D0jpb7jqu9wXxwKwA+N"
  private static let other =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBHSq379P9vigGLW7KX8JKitxfhAL+OnR0FS4sTm1"
    + "U0QE68qjMTamOrASbE39VbQ11TF5TQzHgya8i+bHefjKkU0="

  private func time(_ text: String) throws -> UTCTime { try #require(UTCTime(text)) }

  private func refusal(_ text: String) -> AllowedSignersError? {
    do {
      _ = try AllowedSigners(parsing: Array(text.utf8))
      return nil
    } catch { return error }
  }

  @Test func `a refusal says whether person, key, purpose or time is wrong`() throws {
    let signers = try AllowedSigners(
      parsing: Array(
        """
        # officers

        ada@example.org,a.lovelace namespaces="erasure-approval@expunged,file",valid-after="20260101Z",\
        valid-before="202701011200Z" \(Self.key) laptop
        \tbob@example.org \(Self.other)
        """.utf8))
    let key = try SSHPublicKey(parsing: Self.key)
    let other = try SSHPublicKey(parsing: Self.other)
    let now = try time("2026-06-01T00:00:00Z")
    let approval = SignatureNamespace.approval
    #expect(signers.signers.map(\.line) == [3, 4])
    #expect(try signers.key(for: "ada@example.org", matching: key, namespace: approval, at: now).line == 3)
    #expect(try signers.key(for: "a.lovelace", matching: key, namespace: "file", at: now).line == 3)
    #expect(try signers.key(for: "bob@example.org", matching: other, namespace: "anything", at: now).line == 4)
    #expect(throws: SignerRefusal.unknownPrincipal("eve")) {
      try signers.key(for: "eve", matching: key, namespace: approval, at: now)
    }
    #expect(throws: SignerRefusal.keyNotListed(principal: "ada@example.org", fingerprint: other.fingerprint)) {
      try signers.key(for: "ada@example.org", matching: other, namespace: approval, at: now)
    }
    #expect(throws: SignerRefusal.namespaceNotAllowed(principal: "a.lovelace", namespace: "git")) {
      try signers.key(for: "a.lovelace", matching: key, namespace: "git", at: now)
    }
    for (moment, isValid) in [
      ("2025-12-31T23:59:59Z", false), ("2026-01-01T00:00:00Z", true), ("2027-01-01T12:00:00Z", true),
      ("2027-01-01T12:00:01Z", false),
    ] {
      let at = try time(moment)
      if isValid {
        try signers.key(for: "a.lovelace", matching: key, namespace: approval, at: at)
      } else {
        #expect(throws: SignerRefusal.notValidAt(principal: "a.lovelace", time: at)) {
          try signers.key(for: "a.lovelace", matching: key, namespace: approval, at: at)
        }
      }
    }
    #expect(signers.principals(of: key) == ["ada@example.org", "a.lovelace"])
  }

  @Test func `one of several lines for a person and key is enough`() throws {
    let signers = try AllowedSigners(
      parsing: Array("ada valid-before=\"20260101Z\" \(Self.key)\nada \(Self.key)\n".utf8))
    let key = try SSHPublicKey(parsing: Self.key)
    let later = try time("2026-06-01T00:00:00Z")
    #expect(try signers.key(for: "ada", matching: key, namespace: "file", at: later).line == 2)
  }

  @Test func `quoted principals and options in capitals are read as OpenSSH reads them`() throws {
    let signers = try AllowedSigners(parsing: Array("\"ada,bob\" NAMESPACES=\"file\" \(Self.key)\n".utf8))
    #expect(signers.signers.map(\.principals) == [["ada", "bob"]])
    #expect(signers.signers.map(\.namespaces) == [["file"]])
  }

  @Test func `lines that could mean more than they show are refused`() throws {
    #expect(refusal("ada \(Self.key)\n") == nil)
    #expect(refusal("") == nil)
    #expect(refusal("*@example.org \(Self.key)\n") == .patternRefused(line: 1, "*@example.org"))
    #expect(refusal("ada,!eve \(Self.key)\n") == .patternRefused(line: 1, "!eve"))
    #expect(refusal("ad? \(Self.key)\n") == .patternRefused(line: 1, "ad?"))
    #expect(refusal("ada namespaces=\"*\" \(Self.key)\n") == .patternRefused(line: 1, "*"))
    #expect(refusal("\nada cert-authority \(Self.key)\n") == .certificateAuthorityRefused(line: 2))
    #expect(refusal("ada touch-required \(Self.key)\n") == .unknownOption(line: 1, "touch-required"))
    #expect(
      refusal("ada namespaces=\"a\",namespaces=\"b\" \(Self.key)\n") == .repeatedOption(line: 1, "namespaces"))
    #expect(refusal("ada valid-after=\"20260101\" \(Self.key)\n") == .badTime(line: 1, "20260101"))
    #expect(refusal("ada valid-after=\"20260230Z\" \(Self.key)\n") == .badTime(line: 1, "20260230Z"))
    #expect(refusal("ada valid-after=\"2026010112Z\" \(Self.key)\n") == .badTime(line: 1, "2026010112Z"))
    #expect(
      refusal("ada valid-after=\"20260102Z\",valid-before=\"20260102Z\" \(Self.key)\n") == .emptyPeriod(line: 1))
    #expect(refusal("ada namespaces=file \(Self.key)\n") == .malformed(line: 1))
    #expect(refusal("ada namespaces=\"file \(Self.key)\n") == .malformed(line: 1))
    #expect(refusal("ada namespaces=\"file\"\(Self.key)\n") == .malformed(line: 1))
    #expect(refusal("ada,,bob \(Self.key)\n") == .malformed(line: 1))
    #expect(refusal("ada ssh-ed25519\n") == .malformed(line: 1))
    #expect(refusal("ada\n") == .unknownOption(line: 1, ""))
    #expect(refusal("ada \(Self.key)\r\n") == .badCharacter(line: 1))
    let mixed = Self.other.replacing("ecdsa-sha2-nistp256 ", with: "ssh-ed25519 ")
    #expect(
      refusal("ada \(mixed)\n")
        == .badKey(line: 1, .typeDiffers(text: "ssh-ed25519", blob: "ecdsa-sha2-nistp256")))
  }

  @Test func `keys print what they parse, with the fingerprint of ssh-keygen`() throws {
    let key = try SSHPublicKey(parsing: Self.key + " a comment")
    #expect(key.text == Self.key)
    #expect(key.fingerprint.hasPrefix("SHA256:") && key.fingerprint.utf8.count == 7 + 43)
  }
}
