public import ErasureDomain

/// Makes the accounts of all requests of a log in the order of their numbers, a bounded number of them in memory.
///
/// A request may end years after it came, so that its account is complete only at the log's end. Accounts of so many
/// numbers at a time are made, and each further part reads the log again from the entry where its first number came.
public struct AccountWalk<Files: EvidenceFiles> {
  /// Accounts in memory at once: about 40 MB.
  public static var usualWindow: Int { 20_000 }

  private let source: EvidenceSource<Files>
  private let window: Int

  /// A walk over a log or a bundle.
  public init(_ source: EvidenceSource<Files>, window: Int = AccountWalk.usualWindow) {
    self.source = source
    self.window = max(1, window)
  }

  /// Hands over every entry once, in order, and each account once, in the order of the numbers.
  ///
  /// Throws `gap` where a number of a whole log has no request.
  public func run(
    each: (_ index: UInt64, _ entry: EvidenceEntry) throws -> Void, account: (RequestAccount) throws -> Void
  ) throws {
    var open = Window()
    var last = 0
    var starts: [UInt64] = []
    try source.entries { index, entry in
      try each(index, entry)
      if entry.kind == RequestReceived.kind {
        let number = try Self.number(entry, index)
        if source.isWhole, number != last + 1 { throw AuditingProblem.gap(number: last + 1, entry: index) }
        last = number
        if starts.isEmpty || number > (starts.count * window) { starts.append(index) }
      }
      try open.take(entry, index, isIn: last <= window || !source.isWhole)
    }
    try open.handOver(account)
    let received = Self.received
    for part in starts.indices.dropFirst() {
      let numbers = part * window + 1...(part + 1) * window
      var open = Window()
      try source.walk(from: starts[part]) { index, bytes in
        // Most entries are of other requests: they are told by their text, which is canonical.
        guard open.mayHold(bytes) || ByteSearch.find(received, in: bytes, from: 0) != nil else { return }
        let entry = try EvidenceSource<Files>.entry(bytes, index)
        let isNew = entry.kind == RequestReceived.kind
        let number = isNew ? try Self.number(entry, index) : 0
        try open.take(entry, index, isIn: isNew && numbers.contains(number))
      }
      try open.handOver(account)
    }
  }

  private static var received: [UInt8] { Array("\"kind\":\"\(RequestReceived.kind)\"".utf8) }

  private static func number(_ entry: EvidenceEntry, _ index: UInt64) throws -> Int {
    do { return try entry.facts(as: RequestReceived.self).number } catch {
      throw AuditingProblem.entry(index, "\(error)")
    }
  }
}

/// The accounts of some requests, while they are made.
private struct Window {
  private var accounts: [RequestReference: RequestAccount] = [:]
  private var order: [RequestReference] = []
  private var names = RequestNames()

  /// Takes an entry of a request that is here, or, with `isIn`, one that comes.
  mutating func take(_ entry: EvidenceEntry, _ index: UInt64, isIn: Bool) throws {
    guard let request = entry.subject.request else { return }
    do {
      if accounts[request] != nil {
        try accounts[request]?.take(entry, at: index)
      } else if isIn {
        guard let account = try RequestAccount(entry, at: index) else { throw AuditingProblem.unreceived(entry: index) }
        accounts[request] = account
        order.append(request)
        names.insert(request)
      }
    } catch let problem as EntryProblem {
      throw AuditingProblem.entry(index, "\(problem)")
    }
  }

  /// Whether the bytes of an entry name one of the requests.
  func mayHold(_ bytes: [UInt8]) -> Bool { names.mayHold(bytes) }

  func handOver(_ body: (RequestAccount) throws -> Void) throws {
    for request in order { if let account = accounts[request] { try body(account) } }
  }
}
