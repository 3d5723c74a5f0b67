public import ErasureDomain

/// What a person takes along, as far as it is: counts and times, never content.
public struct ShowPackage: OfficerCall {
  public typealias Answer = PackageView
  public static let name = "package.show"
  public var request: String
  public init(request: String) { self.request = request }
}

/// A part of a file that is added to what is collected of a system: e-mails, calls, what no program reads.
public struct AddToPackage: OfficerCall {
  public typealias Answer = PackageView
  public static let name = "package.add"
  /// Bytes of one part, at most: its base64 fits into a call.
  public static let partBytes = 512 << 10

  public var request: String
  public var system: String
  /// Its name in the package.
  public var file: String
  /// From 0; a file is added when its last part is there.
  public var part: Int
  public var isLast: Bool
  /// Base64.
  public var content: String
  public init(request: String, system: String, file: String, part: Int, isLast: Bool, content: String) {
    self.request = request
    self.system = system
    self.file = file
    self.part = part
    self.isLast = isLast
    self.content = content
  }
}

/// Makes one encrypted package of all that is collected.
public struct MakePackage: OfficerCall {
  public typealias Answer = MadePackage
  public static let name = "package.make"
  /// Days within which it must be delivered.
  public static let usualDays = 30

  public var request: String
  public var package: PackageKind
  /// A public key in one line: `age1…`, `ssh-ed25519 …`, `ssh-rsa …`. Either this or a passphrase.
  public var key: String?
  public var passphrase: String?
  public var days: Int
  public init(request: String, package: PackageKind, key: String?, passphrase: String?, days: Int = usualDays) {
    self.request = request
    self.package = package
    self.key = key
    self.passphrase = passphrase
    self.days = days
  }
}

public struct MadePackage: Codable, Hashable, Sendable {
  public var view: PackageView
  public var package: PackageKind
  /// The encrypted package, base64; the daemon keeps none.
  public var content: String
  /// Its SHA-256, hex, as the log has it.
  public var ciphertext: String
  public var until: UTCTime
  public init(view: PackageView, package: PackageKind, content: String, ciphertext: String, until: UTCTime) {
    self.view = view
    self.package = package
    self.content = content
    self.ciphertext = ciphertext
    self.until = until
  }
}

/// The person has the package.
public struct DeliverPackage: OfficerCall {
  public typealias Answer = PackageView
  public static let name = "package.delivered"
  public var request: String
  public var package: PackageKind
  /// How it was handed over and seen to have arrived: a code.
  public var how: String
  public init(request: String, package: PackageKind, how: String) {
    self.request = request
    self.package = package
    self.how = how
  }
}

/// Nothing is taken along: of one system, or of all that was not delivered.
public struct WaivePackage: OfficerCall {
  public typealias Answer = PackageView
  public static let name = "package.waived"
  public var request: String
  public var system: String?
  /// A code.
  public var reason: String
  public init(request: String, system: String? = nil, reason: String) {
    self.request = request
    self.system = system
    self.reason = reason
  }
}

/// Where what a person takes along stands.
public struct PackageView: Codable, Hashable, Sendable {
  public struct Line: Codable, Hashable, Sendable {
    public var job: JobReference
    public var system: SystemName
    public var title: String
    /// `collected`, `collect-by-hand`, `expired`, or the state of the job.
    public var state: String
    public var rows: Int?
    public var files: Int?
    /// When the vault loses what was collected.
    public var expires: UTCTime?
    public init(
      job: JobReference, system: SystemName, title: String, state: String, rows: Int?, files: Int?, expires: UTCTime?
    ) {
      self.job = job
      self.system = system
      self.title = title
      self.state = state
      self.rows = rows
      self.files = files
      self.expires = expires
    }
  }

  public struct Package: Codable, Hashable, Sendable {
    public var package: PackageKind
    /// `waits`, `made`, `expired`, `delivered`, `waived`.
    public var state: String
    /// Until when it may be delivered, or when it was.
    public var at: UTCTime?
    public var code: FailureCode?
    public init(package: PackageKind, state: String, at: UTCTime? = nil, code: FailureCode? = nil) {
      self.package = package
      self.state = state
      self.at = at
      self.code = code
    }
  }

  public var request: RequestReference
  public var number: Int
  public var packages: [Package]
  public var systems: [Line]
  /// Jobs that wait for it.
  public var waiting: Int
  public init(request: RequestReference, number: Int, packages: [Package], systems: [Line], waiting: Int) {
    self.request = request
    self.number = number
    self.packages = packages
    self.systems = systems
    self.waiting = waiting
  }
}
