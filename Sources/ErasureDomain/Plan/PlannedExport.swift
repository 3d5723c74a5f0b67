/// What an export job reads for the person's packages, as the approved plan says it.
public struct PlannedExport: Hashable, Sendable, Codable {
  /// One dataset, and which of its columns go where.
  public struct Dataset: Hashable, Sendable, Codable {
    public let dataset: String
    /// Rows as the search counted them.
    public let rows: Int
    /// Columns of the portability package.
    public let portability: [String]
    /// Columns that may hold something about others; absent where none does.
    public let thirdParty: [String]?
    /// Columns that are in no package; absent where there is none.
    public let withheld: [String]?

    public init(dataset: String, rows: Int, takeAlong: TakeAlong) {
      self.dataset = dataset
      self.rows = rows
      portability = takeAlong.portability
      thirdParty = takeAlong.thirdParty.isEmpty ? nil : takeAlong.thirdParty
      withheld = takeAlong.withheld.isEmpty ? nil : takeAlong.withheld
    }
  }

  public let packages: [PackageKind]
  /// Empty where a person collects.
  public let datasets: [Dataset]

  public init(packages: [PackageKind], datasets: [Dataset]) {
    self.packages = packages
    self.datasets = datasets
  }

  /// Nothing can be read from the system by itself: a person adds files, or says that there are none.
  public var isByHand: Bool { datasets.isEmpty }

}

extension ErasurePlan {
  /// What is wrong with how its jobs wait for what the person takes along; nil when nothing is.
  ///
  /// Whatever makes data of ours go, by us or by a processor, waits until every export is settled. An export counts no
  /// row that goes.
  public var exportProblem: String? {
    let exports = jobs.filter { $0.verb == .export }
    for job in jobs {
      guard (job.verb == .export) == (job.export != nil) else { return "has \(job.job) as half an export" }
      if job.verb == .export, !job.counts.isEmpty || job.export?.packages.isEmpty == true {
        return "has \(job.job) export for no package, or erase"
      }
      guard job.verb.waitsForExports else { continue }
      let settled = Set(job.dependsOn.filter { $0.kind == .settled }.map(\.job))
      guard exports.allSatisfy({ settled.contains($0.job) }) else {
        return "lets \(job.job) begin before the person has what he takes along"
      }
    }
    return nil
  }

  /// Whether it only gives a copy, and nothing goes.
  public var onlyExports: Bool { jobs.allSatisfy { $0.verb == .export } }
}

extension JobVerb {
  /// Whether it makes data of ours go at once, so that it waits until the person has them.
  public var waitsForExports: Bool {
    switch self {
    case .erase, .manual, .instruct: true
    case .notify, .stopSending, .tagExpiry, .eraseKept, .confirmExpiry, .export: false
    }
  }
}
