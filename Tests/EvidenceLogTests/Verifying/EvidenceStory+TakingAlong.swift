import ErasureDomain
import EvidenceLog
import TestKit
import Testing

// A person who is given a copy before anything goes.
extension EvidenceStory {
  /// How it is told, and where it lies.
  enum Taking {
    case honestly
    /// The plan lets the erasure begin at once.
    case withoutEdges
    /// The export is settled, and nobody said that the person has it.
    case undelivered
    /// The export was cancelled, so that the erasure begins.
    case cancelled
    /// It was delivered after its day.
    case late
  }

  mutating func exportJob() throws -> PlannedJob {
    try job(
      "crm", .export, .own,
      export: PlannedExport(
        packages: [.access],
        datasets: [PlannedExport.Dataset(dataset: "contact", rows: 1, takeAlong: TakeAlong())]))
  }

  mutating func takeAlong(_ export: PlannedJob, _ plan: ErasurePlan) throws {
    let mac = String(repeating: "0a", count: 32)
    try start(export, plan)
    let expires = now.adding(seconds: 30 * 86_400)
    try add(
      RowsCollected(
        epoch: 1, datasets: [.init(dataset: "contact", rows: 1, shared: 0)], bytes: 100, mac: mac, expires: expires),
      subject(export, plan))
    try end(export, plan, .needsOfficer(Question(code: .packageWaits)))
    if taking == .cancelled { return try settle(export, plan, .cancelled(reason: FailureCode("officer"))) }
    let about = EntrySubject(request: plan.request, plan: plan.plan)
    let until = taking == .late ? now.adding(seconds: 3_600) : expires
    try add(
      PackageMade(
        package: .access, ciphertext: mac, bytes: 200, systems: 1, rows: 1, files: 0, recipient: FailureCode("age"),
        until: until), about, by: ben)
    if taking == .late { now = now.adding(seconds: 7_200) }
    if taking != .undelivered {
      try add(PackageDelivered(package: .access, how: FailureCode("in-person")), about, by: ben)
    }
    try settle(export, plan, .exported(waived: false))
  }
}
