import ConnectorKit
import Connectors
import ErasureDomain
import Foundation
import TestKit

/// The processor of `Tests/PythonServices/opendsr_processor.py`: its state is a file that a test reads and writes
/// between calls.
final class ProcessorService: Sendable {
  struct Call: Codable, Sendable {
    var method: String
    var path: String
    var body: String
    var headers: [String: String]
  }

  /// A thing that goes wrong once, for the next call of a method or of a method and path.
  enum Fault: Codable, Sendable {
    /// The effect happens, and the connection is closed.
    case lose
    case status(Int, [[String]], String)

    init(from decoder: any Decoder) throws {
      guard var container = try? decoder.unkeyedContainer() else {
        self = .lose
        return
      }
      self = .status(
        try container.decode(Int.self), try container.decode([[String]].self), try container.decode(String.self))
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .lose:
        var container = encoder.singleValueContainer()
        try container.encode("lose")
      case .status(let status, let headers, let body):
        var container = encoder.unkeyedContainer()
        try container.encode(status)
        try container.encode(headers)
        try container.encode(body)
      }
    }
  }

  struct State: Codable, Sendable {
    var version = "2.0"
    /// Which key signs.
    var leaf = "rsa"
    var certificate = "http://127.0.0.1:{port}/rsa.pem"
    var domain = ProcessorKeys.domain
    var identities = [
      ["identity_type": "email", "identity_format": "raw"], ["identity_type": "email", "identity_format": "sha256"],
      ["identity_type": "controller_customer_id", "identity_format": "raw"],
    ]
    var types = ["access", "erasure"]
    /// The status a request begins with.
    var status = "pending"
    /// Statuses of answers that get one byte more after they were signed.
    var corrupt: [Int] = []
    var unsigned: [Int] = []
    var headers: [[String]] = []
    /// The id that all answers name instead of the request's.
    var answerID = ""
    var faults: [String: Fault] = [:]
    /// Identifiers of each person it knows.
    var people: [[String]] = []
    /// Status by `subject_request_id`.
    var requests: [String: String] = [:]
    var calls: [Call] = []

    enum CodingKeys: String, CodingKey {
      case version, leaf, certificate, domain, identities, types, status, corrupt, unsigned, headers
      case answerID = "answer_id"
      case faults, people, requests, calls
    }

    /// Signs with that key and shows its certificate.
    mutating func sign(by leaf: String) {
      self.leaf = leaf
      certificate = "http://127.0.0.1:{port}/\(leaf).pem"
    }
  }

  let keys: ProcessorKeys
  private let folder: TemporaryFolder
  private let service: PythonService

  var url: String { service.url }

  init(_ prepare: (inout State) -> Void = { _ in }) throws {
    keys = try ProcessorKeys.shared()
    folder = try TemporaryFolder()
    for file in try FileManager.default.contentsOfDirectory(atPath: keys.folder.path) {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(file), withDestinationPath: keys.folder.path(file))
    }
    var state = State()
    prepare(&state)
    try JSONEncoder().encode(state).write(to: URL(fileURLWithPath: folder.path("state.json")))
    service = try PythonService(
      in: folder,
      [PythonService.programs + "/python", PythonService.scripts + "/opendsr_processor.py", "{port}", folder.path])
  }

  /// What the processor knows now.
  var state: State {
    get throws {
      try JSONDecoder().decode(State.self, from: Data(contentsOf: URL(fileURLWithPath: folder.path("state.json"))))
    }
  }

  /// Changes it; only while no call is under way.
  func change(_ body: (inout State) -> Void) throws {
    var state = try state
    body(&state)
    try JSONEncoder().encode(state).write(to: URL(fileURLWithPath: folder.path("state.json")))
  }

  /// Calls so far of a method to the requests.
  func count(_ method: String) throws -> Int {
    try state.calls.count { $0.method == method && $0.path.contains("requests") }
  }

  /// Method and path of every call so far, but for discovery and certificates.
  func calls() throws -> [Call] { try state.calls.filter { $0.path.contains("requests") } }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: folder.path(name))))
  }

  func path(_ name: String) -> String { folder.path(name) }

  static let identities = [
    "email": OpenDSRIdentity(type: "email"), "customer-no": OpenDSRIdentity(type: "controller_customer_id"),
  ]

  func settings(
    version: OpenDSRVersion = .openDSR2, auth: OpenDSRAuth = .none,
    identities: [String: OpenDSRIdentity] = ProcessorService.identities
  ) -> OpenDSRSettings {
    OpenDSRSettings(
      base: url, version: version, domain: ProcessorKeys.domain, auth: auth, isInternal: true, identities: identities,
      authorities: "ca")
  }

  func connector(
    _ settings: OpenDSRSettings? = nil, clock: any CivilClock, role: SystemRole = .processor,
    callbackURL: @escaping @Sendable (JobReference) -> String? = { _ in nil }
  ) throws -> OpenDSRConnector {
    let authority = String(decoding: try keys.bytes("ca.pem"), as: UTF8.self)
    return try OpenDSRConnector(
      settings: settings ?? self.settings(),
      context: CompanyOrders.context(
        role: role, connector: "opendsr", clock: clock, secrets: ["ca": authority, "token": "t0ken\n"]),
      loops: WebhookConnectorTests.loops, callbackURL: callbackURL)
  }
}
