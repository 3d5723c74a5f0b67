import ErasurePlanning

// Case files: what is kept beyond closing, off where nothing is written.
extension Configuration {
  struct CaseFiles {
    var folder: String
    var keepMonths: Int
    /// How the record of processing names them.
    var record: String
  }

  static func caseFiles(_ member: Member, _ reader: inout StrictReader, path: (String?) -> String) -> CaseFiles? {
    let keys: [KnownKey] = [
      .required("folder", "name the folder that they lie in; the daemon makes it"),
      .required("keep-months", "say how many months after closing each is kept, such as 24"),
      .required(
        "record-of-processing",
        "write how your record of processing (Art. 30 GDPR) names them, such as \"no. 14, complaints about erasure\""),
    ]
    guard let members = reader.members(of: member, what: "case-files", keys: keys) else { return nil }
    let folder = members["folder"].flatMap { reader.text($0) }
    let months = members["keep-months"].flatMap { reader.integer($0, in: 1...120) }
    guard let record = members["record-of-processing"].flatMap({ reader.text($0) }) else { return nil }
    if !record.contains(where: { !$0.isWhitespace }), let member = members["record-of-processing"] {
      reader.fault(
        member.line,
        "\"record-of-processing\" is empty; case files are processing of their own, and the record must name them")
    }
    guard let folder, let months else { return nil }
    return CaseFiles(folder: path(folder), keepMonths: months, record: record)
  }
}
