import ErasureDomain
import EvidenceLog
import Testing

struct CommitmentTests {
  @Test func `a subject commitment is that of the format, in whatever order the identifiers come`() {
    let nonce = [UInt8](0x00...0x1F)
    let expected = "fc15ec588d3fb0b76523996c939db282fb266ba3165c787a30f5870cce19e66a"
    let identifiers = [(kind: "customer-no", value: "4711"), (kind: "email", value: "ada@example.org")]
    #expect(Hex.encode(SubjectCommitment.compute(nonce: nonce, identifiers: identifiers)) == expected)
    #expect(Hex.encode(SubjectCommitment.compute(nonce: nonce, identifiers: identifiers.reversed())) == expected)
    let fewer = SubjectCommitment.compute(nonce: nonce, identifiers: [identifiers[0]])
    #expect(Hex.encode(fewer) != expected)
    // Lengths keep neighbours apart: moving a letter from kind to value is another commitment.
    #expect(
      SubjectCommitment.compute(nonce: nonce, identifiers: [(kind: "ab", value: "c")])
        != SubjectCommitment.compute(nonce: nonce, identifiers: [(kind: "a", value: "bc")]))
  }

  @Test func `restore tags are those of the format and differ by system and field`() {
    let key = [UInt8](0x20...0x3F)
    let primary = RestoreTag.compute(epochKey: key, system: "crm", field: "pk:customers", value: "4711")
    #expect(Hex.encode(primary) == "8dca36883b7667307ad84cf6bc8f82ad61af24811102038afb3cedc59e11b977")
    let email = RestoreTag.compute(epochKey: key, system: "crm", field: "email:n1", value: "ada@example.org")
    #expect(Hex.encode(email) == "9b078d17c65138ceb7ca23219e1ddbc45d4ecfc1b2e5cc8759c3af6868e34c04")
    #expect(RestoreTag.compute(epochKey: key, system: "erp", field: "pk:customers", value: "4711") != primary)
  }
}
