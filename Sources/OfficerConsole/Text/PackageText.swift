import ErasureDomain
import OfficerAPI

/// What a person takes along, in tables and words.
enum PackageText {
  /// A package that was written to a file.
  struct Written: Codable {
    var package: PackageKind
    var file: String
    var ciphertext: String
    var until: UTCTime

    init(_ made: MadePackage, file: String) {
      package = made.package
      self.file = file
      ciphertext = made.ciphertext
      until = made.until
    }
  }

  static func page(_ view: PackageView) -> String {
    var packages = TextTable(["PACKAGE", "STATE", "WHEN", "CODE"])
    for package in view.packages {
      packages.add([
        package.package.rawValue, package.state, package.at?.description ?? "", package.code?.description ?? "",
      ])
    }
    var systems = TextTable(["SYSTEM", "STATE", "ROWS", "FILES", "IN THE VAULT UNTIL"], numbers: [2, 3])
    for line in view.systems {
      systems.add([
        "\(line.title) (\(line.system))", line.state, line.rows.map(String.init) ?? "",
        line.files.map(String.init) ?? "", line.expires?.description ?? "",
      ])
    }
    let waits = view.waiting > 0 ? "\n\(PlanWords.count(view.waiting, "job waits", "jobs wait")) for it.\n" : ""
    return packages.text + "\n" + systems.text + waits
  }

  // MARK: In a plan

  /// What an export reads, one line for each dataset.
  static func datasets(_ export: PlannedExport) -> [(name: String, what: [String])] {
    export.datasets.map { dataset in
      var what = ["\(PlanWords.count(dataset.rows, "row", "rows"))"]
      if export.packages.contains(.portability), !dataset.portability.isEmpty {
        what.append("portability: \(dataset.portability.joined(separator: ", "))")
      }
      if export.packages.contains(.access) {
        let withheld = dataset.withheld.map { " but \($0.joined(separator: ", "))" } ?? ""
        what.append("access: all columns\(withheld)")
      }
      if let others = dataset.thirdParty { what.append("may be about others: \(others.joined(separator: ", "))") }
      return (dataset.dataset, what)
    }
  }

  static func action(_ export: PlannedExport) -> [String] {
    let packages = export.packages.map(\.rawValue).joined(separator: ", ")
    return ["is read for \(packages)"] + (export.isByHand ? ["  by hand: somebody adds files"] : [])
  }
}
