import ErasureDomain
import ErasurePlanning
import OfficerDesk

extension Configuration {
  /// Telephone codes of the countries whose law is known.
  private static let countryCodes = ["NL": "31", "BE": "32", "DE": "49"]

  static func readDoNotContact(_ member: Member, _ reader: inout StrictReader, into result: inout Configuration) {
    let keys: [KnownKey] = [
      .required("record-of-processing", "name the entry of your record of processing (Art. 30 GDPR) that has the list"),
      .optional("keep-months"),
    ]
    guard let members = reader.members(of: member, what: "\"do-not-contact\"", keys: keys) else { return }
    guard let record = members["record-of-processing"].flatMap({ reader.text($0) }) else { return }
    let months = members["keep-months"].flatMap { reader.integer($0, in: 1...1_200) }
    guard let code = countryCodes[result.country] else {
      reader.fault(
        member.line,
        "\"do-not-contact\" needs a country whose telephone code is known; there are "
          + countryCodes.keys.sorted().joined(separator: ", "))
      return
    }
    result.doNotContact = DoNotContactSettings(recordOfProcessing: record, keepMonths: months, countryCode: code)
  }
}
