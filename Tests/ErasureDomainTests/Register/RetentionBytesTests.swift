import ErasureDomain
import Testing

/// What was written before conditions, restrictions and anonymisation existed must keep its bytes: digests of old
/// registers, plans and evidence hang on them.
@Suite struct RetentionBytesTests {
  private func text(_ value: some Encodable) throws -> String {
    String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
  }

  private func same<Value: Codable & Equatable>(_ value: Value, _ old: String) throws {
    #expect(try text(value) == old)
    #expect(try CanonicalJSON.decode(Value.self, from: Array(old.utf8)) == value)
  }

  @Test func `a register's record keeps the bytes it had`() throws {
    let name = try #require(SystemName("shop"))
    let record = SystemRecord(
      system: name, title: "Shop", role: .own, owner: "sales", subjects: [.customer], connector: "sqlite",
      settings: .object([:]), identifiers: [],
      datasets: [
        DatasetRecord(
          name: "payment", table: "payment", find: [], suffices: [], yields: [], review: [], belongsTo: [],
          treatment: .retain(Retention(rule: "nl-fiscal-7y", start: "paid_on")))
      ], blockers: [], copies: [], concurrency: 1)
    try same(
      record,
      """
      {"blockers":[],"concurrency":1,"connector":"sqlite","copies":[],"datasets":[{"belongsTo":[],"find":[],\
      "name":"payment","review":[],"suffices":[],"table":"payment",\
      "treatment":{"rule":"nl-fiscal-7y","start":"paid_on","verb":"retain"},"yields":[]}],"identifiers":[],\
      "owner":"sales","role":"own","settings":{},"subjects":["customer"],"system":"shop","title":"Shop"}
      """)
  }

  @Test func `counts, kept rows and effects keep the bytes they had`() throws {
    let day = try #require(CivilDate("2031-01-01"))
    let kept = KeptCount(rule: "nl-fiscal-7y", until: day, count: 2)
    try same(kept, #"{"count":2,"rule":"nl-fiscal-7y","until":"2031-01-01"}"#)
    try same(
      DatasetCount(
        dataset: "invoice", isRoot: false, erase: 1, reduce: 0, kept: [kept], anonymised: 0, minimised: 0, restricted: 0
      ),
      #"{"dataset":"invoice","erase":1,"isRoot":false,"kept":[{"count":2,"rule":"nl-fiscal-7y","until":"2031-01-01"}],"#
        + #""reduce":0}"#)
    try same(
      EffectCount(
        dataset: "invoice", approved: 1, found: 1, erased: 1, reduced: 0, kept: [], anonymised: 0, restricted: 0),
      #"{"approved":1,"dataset":"invoice","erased":1,"found":1,"kept":[],"reduced":0}"#)
    let job = try #require(JobReference("j-00000000000000000000000000000001"))
    try same(
      FollowUp(
        of: job, rule: "nl-fiscal-7y", citation: "art. 52(4) AWR", due: day, dueAt: day.utcMidnight,
        conditional: false),
      #"{"citation":"art. 52(4) AWR","due":"2031-01-01","dueAt":"2031-01-01T00:00:00Z","#
        + #""of":"j-00000000000000000000000000000001","rule":"nl-fiscal-7y"}"#)
  }

  @Test func `what is new is written, and read again`() throws {
    let day = try #require(CivilDate("2026-11-20"))
    let said = RegisterStatement(saidBy: "it-operations", on: day)
    try same(
      Treatment.anonymise(
        Anonymisation(
          keepColumns: ["year"], groupSize: 20, noKeySurvives: said, logsIncluded: said,
          methodApproved: RegisterStatement(saidBy: "privacy-officer", on: day))),
      #"{"anonymise":{"groupSize":20,"keepColumns":["year"],"logsIncluded":{"on":"2026-11-20","saidBy":"it-operations"},"#
        + #""methodApproved":{"on":"2026-11-20","saidBy":"privacy-officer"},"#
        + #""noKeySurvives":{"on":"2026-11-20","saidBy":"it-operations"}},"verb":"anonymise"}"#)
    try same(
      Anonymisation(
        keepColumns: ["year"], groupSize: 20, noKeySurvives: said, logsIncluded: said, methodApproved: said,
        linkability: RegisterStatement(saidBy: "data-analysis", on: day)),
      #"{"groupSize":20,"keepColumns":["year"],"linkability":{"on":"2026-11-20","saidBy":"data-analysis"},"#
        + #""logsIncluded":{"on":"2026-11-20","saidBy":"it-operations"},"#
        + #""methodApproved":{"on":"2026-11-20","saidBy":"it-operations"},"#
        + #""noKeySurvives":{"on":"2026-11-20","saidBy":"it-operations"}}"#)
    try same(
      Treatment.retain(
        Retention(
          rule: "nl-wwft-5y", start: "ended", keepColumns: ["id", "ended"],
          restrict: Restriction(column: "state", value: "restricted", role: "compliance"))),
      #"{"keep":["id","ended"],"restrict":{"column":"state","role":"compliance","value":"restricted"},"#
        + #""rule":"nl-wwft-5y","start":"ended","verb":"retain"}"#)
    try same(
      KeptCount(rule: "nl-wwft-5y", until: day, count: 1, conditional: true),
      #"{"conditional":true,"count":1,"rule":"nl-wwft-5y","until":"2026-11-20"}"#)
  }

  @Test func `a receipt is refused while rows are not anonymised or not minimised yet`() {
    for left in [
      DatasetCount(dataset: "visit", isRoot: false, erase: 0, anonymised: 1),
      DatasetCount(dataset: "invoice", isRoot: false, erase: 0, minimised: 2),
    ] {
      let look = Verification(
        voucher: .us, seen: .secondLook, path: FailureCode("second-connection"), remaining: [left])
      #expect(throws: ReceiptRefusal.self) { try ErasureReceipt(verification: look, effects: []) }
    }
  }
}
