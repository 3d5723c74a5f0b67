import ErasureDomain
import EvidenceLog
import Testing

struct SignedTextTests {
  private static let log = "erasure.example/evidence"
  private static let nonce = "78377b525757b494427f89014f97d799"
  private static let digest = "sha256:" + String(repeating: "ab", count: 32)
  private static let approval = """
    expunged-approval/v1
    log erasure.example/evidence
    decision approve
    plan \(digest)
    request r-1f58b9145b24d108d7ac38887338b3ea
    jobs 7
    findings \(digest)
    nonce \(nonce)
    start-before 2030-01-01T00:00:00Z

    """

  private func refusal(_ work: () throws -> Void) -> SignedTextError? {
    do {
      try work()
      return nil
    } catch { return error as? SignedTextError }
  }

  private func approvalRefusal(_ text: String) -> SignedTextError? {
    refusal { _ = try ApprovalText(parsing: Array(text.utf8)) }
  }

  @Test func `an approval reads and prints the bytes that were signed elsewhere`() throws {
    guard let folder = Samples.folder("sshsig-vectors") else { return }
    let bytes = try Samples.bytes(folder, "approval.txt")
    let approval = try ApprovalText(parsing: bytes)
    #expect(approval.encoded == bytes)
    #expect(approval.log == Self.log && approval.decision == .approve && approval.jobs == 7)
    #expect(approval.startBefore.description == "2030-01-01T00:00:00Z")
    #expect(ApprovalText.namespace == "erasure-approval@expunged")
  }

  @Test func `an approval with any other line is refused`() throws {
    let text = Self.approval
    #expect(approvalRefusal(text) == nil)
    #expect(approvalRefusal(text.replacing("approve", with: "refuse")) == nil)
    #expect(approvalRefusal("") == .wrongHeader(expected: "expunged-approval/v1"))
    #expect(approvalRefusal(text.replacing("/v1", with: "/v2")) == .wrongHeader(expected: "expunged-approval/v1"))
    #expect(approvalRefusal(String(text.dropLast())) == .wrongLines(expected: 9))
    #expect(approvalRefusal(text + "\n") == .wrongLines(expected: 9))
    #expect(approvalRefusal(text + "more\n") == .wrongLines(expected: 9))
    #expect(approvalRefusal(text.replacing("\n", with: "\r\n")) == .wrongHeader(expected: "expunged-approval/v1"))
    #expect(approvalRefusal(text.replacing("jobs 7\n", with: "")) == .wrongLines(expected: 9))
    #expect(approvalRefusal(text.replacing("jobs 7", with: "job 7")) == .wrongName(expected: "jobs"))
    let swapped = text.replacing("jobs 7\n", with: "").replacing("nonce", with: "jobs 7\nnonce")
    #expect(approvalRefusal(swapped) == .wrongName(expected: "jobs"))
    let values = [
      ("jobs 7", "jobs 07", "jobs"), ("jobs 7", "jobs -7", "jobs"), ("jobs 7", "jobs +7", "jobs"),
      ("jobs 7", "jobs  7", "jobs"), ("jobs 7", "jobs 7 ", "jobs"), ("jobs 7", "jobs ", "jobs"),
      ("approve", "approved", "decision"), ("approve", "Approve", "decision"),
      ("plan sha256:ab", "plan sha256:AB", "plan"), ("plan sha256:", "plan sha512:", "plan"),
      ("r-1f", "j-1f", "request"), ("nonce 78", "nonce 7", "nonce"), ("nonce 7837", "nonce 783G", "nonce"),
      ("nonce 78377b", "nonce 78377B", "nonce"), ("T00:00:00Z", "T00:00:00+00:00", "start-before"),
      ("T00:00:00Z", "T24:00:00Z", "start-before"), ("2030-01-01", "2030-02-30", "start-before"),
      ("erasure.example/evidence", "erasure.example/evi dence", "log"),
      ("erasure.example/evidence", "erasure.example/evi\u{202E}dence", "log"),
    ]
    for (from, to, name) in values {
      #expect(approvalRefusal(text.replacing(from, with: to)) == .badValue(name: name), "\(to)")
    }
    #expect(approvalRefusal(String(repeating: "x", count: 5_000)) == .tooLong(count: 5_000))
  }

  @Test func `an attestation keeps its lines and refuses what cannot be seen`() throws {
    let job = try #require(JobReference("j-" + String(repeating: "2", count: 32)))
    let request = try #require(RequestReference("r-" + String(repeating: "3", count: 32)))
    func text(
      done: String = "Shredded, both halves", medium: String = "USB stick no. 12", method: String = "DIN 66399 H-5"
    )
      throws -> AttestationText
    {
      try AttestationText(
        log: Self.log, job: job, request: request, done: done, medium: medium, method: method, nonce: Self.nonce)
    }
    let attestation = try text()
    #expect(
      String(decoding: attestation.encoded, as: UTF8.self) == """
        expunged-attestation/v1
        log erasure.example/evidence
        job \(job)
        request \(request)
        done Shredded, both halves
        medium USB stick no. 12
        method DIN 66399 H-5
        nonce \(Self.nonce)

        """)
    #expect(try AttestationText(parsing: attestation.encoded) == attestation)
    #expect(try AttestationText(parsing: text(done: "Zerstört – beide Hälften").encoded).done.hasPrefix("Zerstört"))
    for bad in ["", " a", "a ", "a\nb", "a\tb", "a\u{200B}b", "a\u{202E}b", "a\u{A0}b", "a\u{2028}b", "a\u{E000}b"] {
      #expect(refusal { _ = try text(done: bad) } == .badValue(name: "done"))
      #expect(refusal { _ = try text(medium: bad) } == .badValue(name: "medium"))
      #expect(refusal { _ = try text(method: bad) } == .badValue(name: "method"))
    }
    #expect(refusal { _ = try text(done: String(repeating: "x", count: 513)) } == .badValue(name: "done"))
    #expect(AttestationText.namespace == "erasure-attestation@expunged")
  }

  @Test func `a configuration change names what is in force and what shall be`() throws {
    let old = try #require(ContentDigest(Self.digest))
    let text = try ConfigurationText(
      log: Self.log, kind: .signers, old: old, new: ContentDigest(hashing: []), nonce: Self.nonce)
    #expect(
      String(decoding: text.encoded, as: UTF8.self) == """
        expunged-configuration/v1
        log erasure.example/evidence
        kind signers
        old \(Self.digest)
        new sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        nonce \(Self.nonce)

        """)
    #expect(try ConfigurationText(parsing: text.encoded) == text)
    let unknown = String(decoding: text.encoded, as: UTF8.self).replacing("kind signers", with: "kind anything")
    #expect(refusal { _ = try ConfigurationText(parsing: Array(unknown.utf8)) } == .badValue(name: "kind"))
    #expect(ConfigurationText.namespace == "erasure-configuration@expunged")
  }
}
