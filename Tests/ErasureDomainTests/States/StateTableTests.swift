import ErasureDomain
import Foundation
import Testing

/// Walks every state × event pair of the three machines against golden tables, which double as documentation.
@Suite struct StateTableTests {
  @Test func `every state and event of a job is in the golden table`() throws {
    try Golden.compare(JobSamples.table(), with: "job-states.txt")
  }

  @Test func `every state and event of a plan is in the golden table`() throws {
    try Golden.compare(PlanSamples.table(), with: "plan-states.txt")
  }

  @Test func `every state and event of a request is in the golden table`() throws {
    try Golden.compare(RequestSamples.table(), with: "request-states.txt")
  }

  @Test func `states survive their canonical JSON`() throws {
    for state in JobSamples.states {
      #expect(try CanonicalJSON.decode(ErasureJob.State.self, from: CanonicalJSON.encode(state)) == state)
    }
    for state in PlanSamples.states {
      #expect(try CanonicalJSON.decode(ErasurePlan.State.self, from: CanonicalJSON.encode(state)) == state)
    }
    for state in RequestSamples.states {
      #expect(try CanonicalJSON.decode(ErasureRequest.State.self, from: CanonicalJSON.encode(state)) == state)
    }
  }

  @Test func `an outcome with another epoch is refused`() throws {
    let running = ErasureJob.State.running(JobSamples.lease)
    #expect(throws: IllegalTransition.self) {
      try running.applying(.ended(.interrupted, epoch: JobSamples.lease.epoch + 1, retryAt: nil))
    }
  }
}

/// Files that are read in review; `EXPUNGE_UPDATE_GOLDEN=1` writes them anew.
enum Golden {
  static func compare(_ text: String, with name: String, file: String = #filePath) throws {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    let path = folder.appendingPathComponent("Golden/" + name)
    if ProcessInfo.processInfo.environment["EXPUNGE_UPDATE_GOLDEN"] == "1" {
      try Data(text.utf8).write(to: path)
    }
    let golden = try String(contentsOf: path, encoding: .utf8)
    #expect(text == golden, "\(name) differs; look at the change and update with EXPUNGE_UPDATE_GOLDEN=1")
  }
}

enum JobSamples {
  static let time = UTCTime(secondsSince1970: 1_800_000_000)
  static let day = CivilDate(daysSince1970: 20_833)
  static let lease = Lease(epoch: 2, attempt: AttemptReference(bytes: [UInt8](repeating: 7, count: 16)))
  static let receipt: ErasureReceipt? = try? ErasureReceipt(
    verification: Verification(voucher: .us, seen: .secondLook, path: FailureCode("second-connection")),
    effects: [EffectCount(dataset: "contact", approved: 1, found: 1, erased: 1)])

  static var outcomes: [JobOutcome] {
    guard let receipt else { return [] }
    return [
      .erased(receipt), .nothingFound(receipt), .anonymised(receipt), .restricted(receipt),
      .notified(.recipientUnsigned), .unconfirmed(lastAsked: time),
      .expiryTagged(until: day, untilAt: time, seen: .listing),
      .exported(waived: true), .excepted(ground: "art17-3-b"), .cancelled(reason: FailureCode("officer")),
    ]
  }

  static var states: [ErasureJob.State] {
    [
      .blocked, .ready, .running(lease), .waitingToRetry(until: time), .awaitingRecipient(checkAt: time),
      .awaitingOfficer(Question(code: .manualTask)), .followUp(due: day, from: time), .failed(FailureCode("no-table")),
    ] + outcomes.map { .settled($0) }
  }

  static var ends: [AttemptEnd] {
    [
      .done, .accepted(checkAt: time), .transientFailure(FailureCode("busy"), retryAt: time),
      .permanentFailure(FailureCode("no-table")), .needsOfficer(Question(code: .denied)), .interrupted, .lost,
    ]
  }

  static var events: [ErasureJob.Event] {
    [.unblocked, .dated(due: day, from: time), .claimed(lease)]
      + ends.map { .ended($0, epoch: 2, retryAt: nil) } + [.due, .calledBack(at: time)] + outcomes.map { .settled($0) }
      + [
        .answered, .reopened,
      ]
  }

  static func table() -> String {
    var lines: [String] = []
    for state in states {
      for event in events {
        let result: String
        do {
          let (next, effects) = try state.applying(event)
          result = next.word + (effects.isEmpty ? "" : " (\(effects.map { "\($0)" }.joined(separator: ", ")))")
        } catch {
          result = "-"
        }
        lines.append("\(state.word) | \(event.word) | \(result)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

enum PlanSamples {
  static let digest = ContentDigest(bytes: [UInt8](repeating: 1, count: 32))
  static let approval = Approval(
    by: PersonReference(bytes: [UInt8](repeating: 3, count: 16)), keyFingerprint: "SHA256:x", text: digest,
    signature: digest)
  static let until = JobSamples.time

  static let states: [ErasurePlan.State] = [
    .draft, .proposed(digest), .approved([approval]), .waiting(until: until), .executing,
    .paused(from: .approved([approval])), .paused(from: .waiting(until: until)), .paused(from: .executing),
    .concluded, .halted, .withdrawn,
  ]

  static let events: [ErasurePlan.Event] = [
    .proposed(digest), .changed, .approved(approval, enough: false), .approved(approval, enough: true),
    .waitingStarted(until: until), .executionStarted, .paused, .resumed, .concluded, .halted, .withdrawn,
  ]

  static func table() -> String {
    var lines: [String] = []
    for state in states {
      for event in events {
        var name = event.word
        if case .approved(_, let enough) = event { name += enough ? " by enough" : " by one" }
        let result: String
        do {
          let (next, effects) = try state.applying(event)
          result = next.word + (effects.isEmpty ? "" : " (\(effects.map { "\($0)" }.joined(separator: ", ")))")
        } catch {
          result = "-"
        }
        lines.append("\(state.word) | \(name) | \(result)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

enum RequestSamples {
  static let states: [ErasureRequest.State] = [
    .received, .verified, .refused(ground: "cannot-identify"), .withdrawn, .inErasure, .withdrawnPartly, .concluded,
    .closed, .ended,
  ]

  static let events: [ErasureRequest.Event] = [
    .confirmed, .refused(ground: "cannot-identify"), .withdrawn, .erasureStarted, .planHalted, .concluded, .closed,
    .ended,
  ]

  static func table() -> String {
    var lines: [String] = []
    for state in states {
      for event in events {
        let result: String
        do {
          let (next, effects) = try state.applying(event)
          result = next.word + (effects.isEmpty ? "" : " (\(effects.map { "\($0)" }.joined(separator: ", ")))")
        } catch {
          result = "-"
        }
        lines.append("\(state.word) | \(event.word) | \(result)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
