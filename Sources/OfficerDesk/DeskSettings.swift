public import ErasureDomain
public import ErasurePlanning
public import EvidenceLog

/// What the desk needs to know of the configuration.
public struct DeskSettings: Sendable {
  public var version: String
  public var origin: String
  public var practice: Bool
  public var people: People
  public var register: SystemRegister
  public var registerDigest: ContentDigest
  public var holidays: HolidayCalendar
  /// Distinct people who must sign a plan.
  public var approvals: Int
  public var margin: Margin
  /// Days after which an unapproved plan must be made anew.
  public var planDays: Int
  /// Hours between the last signature and the first step: a way back. None where it is 0.
  public var waitingHours: Int
  /// So many working days before the work-to date people are called, once each.
  public var alarmLeads: [Int]
  /// Who is told what, and who next when nobody deals with it.
  public var ladder: AlarmLadder
  /// Months after the last day by law for which mails and tickets of a request itself are spared.
  public var correspondenceMonths: Int
  /// Months after its end for which what was signed about a request is kept; nil where it is kept for ever.
  public var artifactMonths: Int?
  /// Whether a copy of an identity document may be asked for.
  public var identityDocuments: Bool
  /// Set when `allowed_signers`, `people:` or the register changed without the signatures of two entitled people:
  /// no new plans outside practice mode. Says which.
  public var changedWithoutSignatures: [String]
  /// What the configuration says about people where that is not in force; nil where it is.
  public var configuredPeople: PeopleConfiguration?

  /// The list of who must not be contacted for marketing; nil where there is none.
  public var doNotContact: DoNotContactSettings?
  /// Whether a key in hardware must ask for a PIN or biometry.
  public var requiresPIN: Bool
  /// Where officers reach the page, such as `https://erasure.example`; nil where there is none.
  public var pageURL: String?
  /// Practice over systems that are real: nothing in them is changed.
  public var changesNothing: Bool

  public init(
    version: String, origin: String, practice: Bool, people: People, register: SystemRegister,
    registerDigest: ContentDigest, holidays: HolidayCalendar, approvals: Int, margin: Margin = .standard,
    planDays: Int = 7, waitingHours: Int = 0, alarmLeads: [Int] = [15, 7, 3, 1],
    ladder: AlarmLadder = AlarmLadder(), correspondenceMonths: Int = 60, artifactMonths: Int? = nil,
    identityDocuments: Bool = false,
    changedWithoutSignatures: [String] = [], changesNothing: Bool = false,
    doNotContact: DoNotContactSettings? = nil, requiresPIN: Bool = false, pageURL: String? = nil,
    configuredPeople: PeopleConfiguration? = nil
  ) {
    self.version = version
    self.origin = origin
    self.practice = practice
    self.people = people
    self.register = register
    self.registerDigest = registerDigest
    self.holidays = holidays
    self.approvals = approvals
    self.margin = margin
    self.planDays = planDays
    self.waitingHours = waitingHours
    self.alarmLeads = alarmLeads
    self.ladder = ladder
    self.correspondenceMonths = correspondenceMonths
    self.artifactMonths = artifactMonths
    self.identityDocuments = identityDocuments
    self.changedWithoutSignatures = changedWithoutSignatures
    self.changesNothing = changesNothing
    self.doNotContact = doNotContact
    self.requiresPIN = requiresPIN
    self.pageURL = pageURL
    self.configuredPeople = configuredPeople
  }

  /// What is demanded of people's signatures: one made in a browser was made on our own page.
  public var signatures: SignaturePolicy {
    SignaturePolicy(requiresUserVerification: requiresPIN, origins: pageURL.map { [Self.origin(of: $0)] } ?? [])
  }

  /// Scheme, host and port of an address, as a browser writes an origin (RFC 6454 section 6.2).
  public static func origin(of url: String) -> String {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[1].isEmpty else { return url }
    let scheme = parts[0].lowercased()
    let host = parts[2].lowercased()
    let port = ["https:": ":443", "http:": ":80"][scheme]
    return scheme + "//" + (port.map { host.hasSuffix($0) } == true ? String(host.dropLast(port?.count ?? 0)) : host)
  }
}
