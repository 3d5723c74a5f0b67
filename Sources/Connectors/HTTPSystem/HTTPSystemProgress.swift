import ConnectorKit
import ErasureDomain
import ErasurePlanning

/// How far an erasure is, for the next attempt: in the vault, sealed before the first request that erases.
///
/// Once records are out of ordinary use no search finds them any more; only their keys do.
struct HTTPSystemProgress: Hashable, Codable {
  /// The name it is remembered under.
  static let name = "progress"

  /// Keys of records by kind, in the order in which they are erased.
  private(set) var records: [String: [RootRecord]] = [:]
  /// How many records each step of the description has been carried out for.
  private(set) var done: [Int]
  /// When every step had been carried out for every record, in seconds since 1970.
  private(set) var finishedAt: Int64?
  /// How many records of each kind are in the counts of attempts before, and are not counted again.
  private(set) var counted: [String: Int] = [:]
  /// Set when every step had been carried out for every record once, and they are carried out again.
  private(set) var isRepeated: Bool?

  init(_ found: HTTPSystemFound, steps: Int) {
    records = found.records
    done = Array(repeating: 0, count: steps)
  }

  /// What an earlier attempt left; nil when none has begun.
  init?(_ order: ErasureOrder) {
    guard let text = order.remembered[Self.name],
      let progress = try? CanonicalJSON.decode(Self.self, from: Array(text.utf8))
    else { return nil }
    self = progress
  }

  var found: HTTPSystemFound { HTTPSystemFound(records: records) }

  var isFinished: Bool { finishedAt != nil }

  func records(_ name: String) -> [RootRecord] { records[name] ?? [] }

  /// The records that no attempt before has counted.
  var uncounted: [String: [RootRecord]] {
    Dictionary(uniqueKeysWithValues: records.map { ($0, Array($1.dropFirst(counted[$0] ?? 0))) })
  }

  /// Everything that is here has been counted by now.
  mutating func count() { counted = records.mapValues(\.count) }

  /// Whether some step has been carried out for some record: then a search may no longer find what is sealed here, and
  /// it is the person's all the same.
  var hasBegun: Bool { isRepeated == true || done.contains { $0 > 0 } }

  /// The record whose step comes next.
  func next(_ description: HTTPSystemDescription) -> RootRecord? {
    for (step, number) in zip(description.steps, done) {
      let records = records(step.dataset)
      if number < records.count { return records[number] }
    }
    return nil
  }

  /// Adds records that were not there before; whether there were any.
  mutating func add(_ fresh: HTTPSystemFound) -> Bool {
    var isLonger = false
    for (name, list) in fresh.records {
      for record in list where !records(name).contains(record) {
        records[name, default: []].append(record)
        isLonger = true
      }
    }
    if isLonger { finishedAt = nil }
    return isLonger
  }

  mutating func carriedOut(step: Int, records: Int) { done[step] = records }

  mutating func finish(at time: UTCTime) { finishedAt = time.secondsSince1970 }

  /// Every step has to be carried out again for what is still there.
  mutating func startAgain() {
    done = done.map { _ in 0 }
    isRepeated = true
    finishedAt = nil
  }

  func remember(with recorder: any EffectRecorder) async throws(ConnectorFailure) {
    guard let bytes = try? CanonicalJSON.encode(self) else { throw .permanent(FailureCode("progress-unwritable")) }
    try await recorder.remember(String(decoding: bytes, as: UTF8.self), as: Self.name)
  }
}
