public import ErasureDomain

/// What a person's package is made of. Values in, bytes out.
public struct PackageContents: Sendable {
  /// Bytes of one package before it is encrypted, at most.
  public static let mostBytes = 192 << 20

  /// A file that one of our people added: e-mails, calls, what no program reads.
  public struct File: Hashable, Sendable {
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// Why nothing of a system is in the package.
  public enum Reason: Hashable, Sendable {
    /// Searched, and nothing was found.
    case nothingFound
    /// It knows people in another capacity than the person asks in.
    case otherCapacity
    /// Nothing in it was declared as provided by the person, on consent or contract.
    case notProvided
    /// Somebody decided so.
    case waived(FailureCode)
    /// A copy of another system of ours.
    case copy
    /// Another organisation, which has data of the person or had: it answers for itself, a processor through us.
    case organisation(SystemRole)
    /// Nothing of it is read for this package.
    case notRead
  }

  public struct System: Sendable {
    public let system: SystemName
    public let title: String
    /// What the approved plan says of each dataset, with the rows that were read; empty where only files were added.
    public let datasets: [(planned: PlannedExport.Dataset, rows: CollectedRows)]
    public let files: [File]
    /// When it was read, or the last file was added.
    public let collectedAt: UTCTime?
    /// Records that were left out as not the person's, or as staying.
    public let leftOut: Int
    /// Nil where something of it is in the package.
    public let reason: Reason?

    public init(
      system: SystemName, title: String, datasets: [(planned: PlannedExport.Dataset, rows: CollectedRows)] = [],
      files: [File] = [], collectedAt: UTCTime? = nil, leftOut: Int = 0, reason: Reason? = nil
    ) {
      self.system = system
      self.title = title
      self.datasets = datasets
      self.files = files
      self.collectedAt = collectedAt
      self.leftOut = leftOut
      self.reason = reason
    }
  }

  public let kind: PackageKind
  public let request: RequestReference
  public let number: Int
  public let organisation: String
  public let madeAt: UTCTime
  public let systems: [System]

  public init(
    kind: PackageKind, request: RequestReference, number: Int, organisation: String, madeAt: UTCTime, systems: [System]
  ) {
    self.kind = kind
    self.request = request
    self.number = number
    self.organisation = organisation
    self.madeAt = madeAt
    self.systems = systems
  }

  /// A package that cannot be made.
  public struct TooLarge: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String {
      "the package would be larger than \(PackageContents.mostBytes >> 20) MiB; give the person the rest by hand and add less"
    }
  }

  /// What was put into an archive.
  public struct Archive: Sendable {
    public let bytes: [UInt8]
    public let systems: Int
    public let rows: Int
    /// Files that people had added.
    public let files: Int
  }

  /// One archive: `index.html` to read, `manifest.json` with a SHA-256 of each file, and for each dataset JSON and CSV.
  public func archive() throws(TooLarge) -> Archive {
    var made: [(system: System, tables: [(PlannedExport.Dataset, CollectedRows, PackageTable)], reason: Reason?)] = []
    for system in systems {
      let tables = system.datasets.compactMap { planned, rows in table(planned, rows).map { (planned, rows, $0) } }
      let isEmpty = tables.isEmpty && (system.files.isEmpty || kind == .portability)
      made.append((system, tables, system.reason ?? (isEmpty ? .notProvided : nil)))
    }
    var files: [(name: String, bytes: [UInt8])] = []
    var lines: [PackageLine] = []
    for (system, tables, reason) in made {
      var line = PackageLine(system: system, reason: reason)
      for (planned, rows, table) in reason == nil ? tables : [] {
        let base = "\(system.system)/\(planned.dataset)"
        files += [("\(base).json", table.json), ("\(base).csv", table.csv)]
        line.datasets.append(
          PackageLine.Dataset(
            planned: planned, table: table, shared: rows.shared,
            left: rows.columns.filter { !table.columns.contains($0) },
            files: files.suffix(2).map { PackageLine.File($0.name, $0.bytes) }))
      }
      for file in reason == nil && kind == .access ? system.files : [] {
        files.append(("\(system.system)/files/\(file.name)", file.bytes))
        line.files.append(PackageLine.File(files[files.count - 1].name, file.bytes))
      }
      lines.append(line)
    }
    guard files.reduce(0, { $0 + $1.bytes.count }) <= Self.mostBytes else { throw TooLarge() }
    var zip = ZipArchive(at: time)
    zip.add("index.html", PackagePage(contents: self, lines: lines).html)
    zip.add("manifest.json", PackageManifest(contents: self, lines: lines).json)
    for file in files { zip.add(file.name, file.bytes) }
    let given = lines.filter { $0.reason == nil }
    return Archive(
      bytes: zip.finished, systems: given.count,
      rows: given.flatMap(\.datasets).reduce(0) { $0 + $1.table.rows.count },
      files: given.reduce(0) { $0 + $1.files.count })
  }

  /// Nil where no column goes into this package. A column that may speak of others is in no portability package.
  private func table(_ planned: PlannedExport.Dataset, _ rows: CollectedRows) -> PackageTable? {
    let wanted = rows.columns.indices.filter { place in
      let column = rows.columns[place]
      guard !Self.names(planned.withheld ?? [], column) else { return false }
      switch kind {
      case .access: return true
      case .portability: return Self.names(planned.portability, column) && !Self.names(planned.thirdParty ?? [], column)
      }
    }
    guard !wanted.isEmpty else { return nil }
    return PackageTable(columns: wanted.map { rows.columns[$0] }, rows: rows.rows.map { row in wanted.map { row[$0] } })
  }

  /// Databases do not tell names apart by the case of their letters, and neither does the register.
  static func names(_ list: [String], _ column: String) -> Bool {
    list.contains { $0.lowercased() == column.lowercased() }
  }

  private var time: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    let day = madeAt.utcDay
    let second = Int(madeAt.seconds(since: day.utcMidnight))
    return (day.year, day.month, day.day, second / 3_600, second / 60 % 60, second % 60)
  }
}

/// One system as manifest and page name it.
struct PackageLine {
  struct File {
    let name: String
    let bytes: Int
    let digest: String

    init(_ name: String, _ content: [UInt8]) {
      self.name = name
      bytes = content.count
      digest = Self.digest(content)
    }
  }

  struct Dataset {
    let planned: PlannedExport.Dataset
    let table: PackageTable
    let shared: Int
    /// Columns that were read and are not in this package.
    let left: [String]
    let files: [File]

    /// Its columns that may speak of others.
    var thirdParty: [String] { table.columns.filter { PackageContents.names(planned.thirdParty ?? [], $0) } }
  }

  let system: PackageContents.System
  let reason: PackageContents.Reason?
  var datasets: [Dataset] = []
  var files: [File] = []
}
