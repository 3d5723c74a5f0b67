import ErasureDomain
import EvidenceLog

extension PackageLine.File {
  /// SHA-256, hex. It is in the encrypted package beside the file itself, and nowhere else.
  static func digest(_ bytes: [UInt8]) -> String { ContentDigest(hashing: bytes).hex }
}

/// `manifest.json`: what is in the package, what is not and why.
struct PackageManifest {
  let contents: PackageContents
  let lines: [PackageLine]

  var json: [UInt8] {
    let object: [String: CanonicalJSON] = [
      "format": .string("expunged-package/1"), "package": .string(contents.kind.rawValue),
      "article": .string(contents.kind == .access ? "art15" : "art20"),
      "request": .string(contents.request.text), "number": .integer(Int64(contents.number)),
      "organisation": .string(contents.organisation), "madeAt": .string(contents.madeAt.description),
      "csv": .string(
        "RFC 4180, UTF-8. A text that a spreadsheet would run as a formula has an apostrophe in front: take one away. "
          + "The JSON files have every value as it was."),
      "systems": .array(lines.map(Self.system)),
    ]
    return CanonicalJSON.object(object).encoded() + [0x0A]
  }

  private static func system(_ line: PackageLine) -> CanonicalJSON {
    var object: [String: CanonicalJSON] = [
      "system": .string(line.system.system.description), "title": .string(line.system.title),
      "in": .boolean(line.reason == nil),
    ]
    if let reason = line.reason {
      object["why"] = .string(reason.code)
      return .object(object)
    }
    object["collectedAt"] = line.system.collectedAt.map { .string($0.description) }
    if line.system.leftOut > 0 { object["recordsLeftOut"] = .integer(Int64(line.system.leftOut)) }
    if !line.datasets.isEmpty { object["datasets"] = .array(line.datasets.map(dataset)) }
    if !line.files.isEmpty { object["files"] = .array(line.files.map(file)) }
    return .object(object)
  }

  private static func dataset(_ dataset: PackageLine.Dataset) -> CanonicalJSON {
    var object: [String: CanonicalJSON] = [
      "dataset": .string(dataset.planned.dataset), "rows": .integer(Int64(dataset.table.rows.count)),
      "columns": .array(dataset.table.columns.map { .string($0) }), "files": .array(dataset.files.map(file)),
    ]
    let left = dataset.left + (dataset.planned.withheld ?? []).filter { !PackageContents.names(dataset.left, $0) }
    if !left.isEmpty { object["columnsNotIn"] = .array(left.map { .string($0) }) }
    if !dataset.thirdParty.isEmpty { object["aboutOthers"] = .array(dataset.thirdParty.map { .string($0) }) }
    if dataset.shared > 0 { object["sharedRowsNotIn"] = .integer(Int64(dataset.shared)) }
    return .object(object)
  }

  private static func file(_ file: PackageLine.File) -> CanonicalJSON {
    .object([
      "name": .string(file.name), "bytes": .integer(Int64(file.bytes)), "sha256": .string(file.digest),
    ])
  }
}

extension PackageContents.Reason {
  var code: String {
    switch self {
    case .nothingFound: "nothing-found"
    case .otherCapacity: "other-capacity"
    case .notProvided: "not-provided-by-you"
    case .waived(let code): "waived-\(code)"
    case .copy: "copy-of-another-system"
    case .organisation(let role): "other-organisation-\(role.rawValue)"
    case .notRead: "not-read"
    }
  }

  func words(_ language: LetterWords) -> String {
    switch self {
    case .nothingFound: language("hierin hebben wij niets van u gevonden", "we found nothing about you in it")
    case .otherCapacity:
      language(
        "hierin staan andere groepen mensen dan waarover u vraagt", "it holds other groups of people than you ask about"
      )
    case .notProvided:
      language(
        "hierin staat niets dat u ons hebt gegeven op grond van toestemming of een overeenkomst",
        "nothing in it was provided by you on consent or contract")
    case .waived:
      language("hiervan geven wij geen kopie; u kunt ons vragen waarom", "we give no copy of it; you may ask us why")
    case .copy: language("dit is een kopie van een ander systeem", "this is a copy of another system")
    case .organisation(.processor):
      language("deze organisatie werkt voor ons met gegevens", "this organisation works with data for us")
    case .organisation:
      language(
        "een andere organisatie, die gegevens van u heeft of had: u kunt daar zelf vragen",
        "another organisation, which has or had data about you: you may ask it yourself")
    case .notRead: language("dit lezen wij hiervoor niet", "we do not read it for this")
    }
  }
}
