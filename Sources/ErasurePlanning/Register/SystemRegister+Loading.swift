import ErasureDomain

extension SystemRegister {
  /// Folders beside those of organisations.
  private static let otherFolders = ["retention", "catalogue"]

  /// Reads `retention/*.yaml`, `catalogue/*.yaml` and `<organisation>/*.yaml` of a folder; every organisation when none is named.
  ///
  /// Strict: any unknown, missing or wrong key refuses the whole register, with all faults of all files.
  public static func load(
    folder: String, organisation: String?
  ) throws(RegisterProblem) -> SystemRegister {
    var faults: [RegisterFault] = []
    let organisations =
      organisation.map { [$0] } ?? RegisterFile.folders(in: folder).filter { !otherFolders.contains($0) }
    let retention = RegisterFile.files(in: folder + "/retention", faults: &faults)
    let catalogue = RegisterFile.files(in: folder + "/catalogue", faults: &faults)
    var files: [RegisterFile] = []
    for name in organisations {
      guard SystemName.isName(name), RegisterFile.isFolder(folder + "/" + name) else {
        faults.append(
          RegisterFault(
            file: folder, line: nil,
            message: "no folder \"\(name)\" for an organisation; create it, named with a-z, 0-9 and - only"))
        continue
      }
      files += RegisterFile.files(in: folder + "/" + name, faults: &faults)
    }
    return try read(
      folder: folder, retention: retention, catalogue: catalogue, organisation: files, faults: faults)
  }

  /// Understands files that are already in memory; `faults` are those met while reading them.
  static func read(
    folder: String, retention: [RegisterFile], catalogue: [RegisterFile] = [], organisation: [RegisterFile],
    faults: [RegisterFault] = []
  ) throws(RegisterProblem) -> SystemRegister {
    var reading = RegisterReading(faults: faults)
    reading.readRetention(retention)
    reading.readCatalogue(catalogue)
    reading.readStopLists(organisation.filter { $0.stem == StopListReader.stem })
    reading.readSystems(organisation.filter { $0.stem != StopListReader.stem })
    if reading.systems.isEmpty, reading.faults.isEmpty {
      reading.faults.append(
        RegisterFault(file: folder, line: nil, message: "no system file; plans/README.md shows how to write one"))
    }
    guard reading.faults.isEmpty else { throw RegisterProblem(faults: reading.faults) }
    do {
      return try SystemRegister(
        systems: reading.systems.map(\.record), retention: reading.rules, stopList: reading.stopList)
    } catch {
      throw RegisterProblem(faults: [RegisterFault(file: folder, line: nil, message: "\(error)")])
    }
  }
}

/// What has been read so far, and what only all files together show.
private struct RegisterReading {
  var faults: [RegisterFault]
  var rules: [String: RetentionRule] = [:]
  var stopList = StopList()
  var catalogue = HTTPCatalogue()
  var systems: [SystemFileReader.Result] = []

  init(faults: [RegisterFault]) { self.faults = faults }

  mutating func readRetention(_ files: [RegisterFile]) {
    for file in files {
      let (value, found) = RetentionFileReader.read(file)
      faults += found
      // Ids start with their country and a country has one file, so none can be met twice.
      for rule in value ?? [] { rules[rule.id] = rule }
    }
  }

  mutating func readCatalogue(_ files: [RegisterFile]) {
    for file in files {
      let (value, found) = HTTPSystemReader.read(file)
      faults += found
      catalogue.add(value, named: file.stem)
    }
  }

  mutating func readStopLists(_ files: [RegisterFile]) {
    for file in files {
      let (value, found) = StopListReader.read(file)
      faults += found
      if let value { stopList = stopList.joined(with: value) }
    }
  }

  mutating func readSystems(_ files: [RegisterFile]) {
    let rulesAreWhole = faults.isEmpty
    for file in files {
      let (value, found) = SystemFileReader.read(file, catalogue: catalogue)
      faults += found
      guard let value else { continue }
      if rulesAreWhole { checkRules(of: value) }
      if let other = systems.first(where: { $0.record.system == value.record.system }) {
        faults.append(
          RegisterFault(
            file: file.path, line: nil,
            message: "system \"\(value.record.system)\" is also in \(other.path); give one of them another name"))
      }
      systems.append(value)
    }
    // A file that could not be read may be the backup system that another names.
    if systems.count == files.count {
      checkCopies()
      checkMoves()
      checkSuccessors()
    }
  }

  /// A successor's own job stands for both, so it must be told whenever the other would be, by the same identifiers.
  private mutating func checkSuccessors() {
    for system in systems {
      guard let use = system.succession,
        let advice = Self.fault(in: system.record, succeededBy: systems.map(\.record).first { $0.system == use.system })
      else { continue }
      faults.append(
        RegisterFault(
          file: system.path, line: use.line, message: "\"successor\" names \"\(use.system)\", which \(advice)"))
    }
  }

  private static func fault(in record: SystemRecord, succeededBy other: SystemRecord?) -> String? {
    guard let other, other.role.isTold else { return "is no company of the register; write a file for it" }
    guard other.ceased == nil else { return "has ceased too; name the company that stands for both" }
    if let from = other.got?.from, let ceased = record.ceased, from > ceased.on {
      return "gets data from \(from) only; correct its from, or the day of \"ceased\""
    }
    let kinds = record.identifiers.filter { !other.identifiers.contains($0) }.map(\.rawValue)
    guard kinds.isEmpty else {
      return
        "lacks \(kinds.joined(separator: ", ")) under identifiers; it took over what was known by them: add them there"
    }
    let subjects = record.subjects.filter { !other.subjects.contains($0) }.map(\.rawValue)
    guard subjects.isEmpty else { return "lacks \(subjects.joined(separator: ", ")) under subjects; add them there" }
    return nil
  }

  private mutating func checkMoves() {
    let own = systems.map(\.record).filter { $0.role.isSearched }.map(\.system)
    for system in systems {
      guard let use = system.move, !own.contains(use.system) else { continue }
      let known = own.filter { $0 != system.record.system }.sorted().map(\.description).joined(separator: ", ")
      faults.append(
        RegisterFault(
          file: system.path, line: use.line,
          message: "\"moves-to\" names \"\(use.system)\", which is no searched system of the register; "
            + (known.isEmpty ? "there is no other" : "there are \(known)")))
    }
  }

  private mutating func checkRules(of system: SystemFileReader.Result) {
    for use in system.rules where rules[use.rule] == nil {
      let known = rules.keys.sorted().joined(separator: ", ")
      faults.append(
        RegisterFault(
          file: system.path, line: use.line,
          message: "dataset \"\(use.dataset)\" is kept by rule \"\(use.rule)\", which no retention file has; "
            + (known.isEmpty ? "there are no rules" : "there are \(known)")))
    }
  }

  private mutating func checkCopies() {
    let backups = systems.map(\.record).filter { $0.role == .backup }.map(\.system)
    // A copy that is no backup may also be a system of its own, in which we erase.
    let erased = systems.map(\.record).filter { $0.role == .copy }.map(\.system)
    for system in systems {
      for use in system.copies where !backups.contains(use.copy.system) {
        if use.copy.kind != .backup, erased.contains(use.copy.system) { continue }
        let known = backups.sorted().map(\.description).joined(separator: ", ")
        faults.append(
          RegisterFault(
            file: system.path, line: use.line,
            message: "copy \"\(use.copy.set)\" names \"\(use.copy.system)\", which is no system of role backup; "
              + (known.isEmpty ? "there is none" : "there are \(known)")))
      }
    }
  }
}
