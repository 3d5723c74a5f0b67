/// When a company got data of ours; either end may be open.
public struct DataPeriod: Hashable, Sendable, Codable {
  /// The first day; before it the company has nothing of ours.
  public let from: CivilDate?
  /// The last day. What it got until then it may still have, so it is still told.
  public let until: CivilDate?

  /// A period; nil when it has no end at all, or ends before it begins.
  public init?(from: CivilDate?, until: CivilDate?) {
    guard from != nil || until != nil else { return nil }
    if let from, let until, until < from { return nil }
    self.from = from
    self.until = until
  }
}

/// The end of a company, and who can still be told about the data it got.
public struct Cessation: Hashable, Sendable {
  /// Who is there in its place.
  public enum Remains: Hashable, Sendable {
    /// Another company of the register took over what it had.
    case successor(SystemName)
    /// A trustee or liquidator, as the register names him for the person who writes to him.
    case trustee(String)
    /// Nobody; the register says why (Art. 19 GDPR: "unless this proves impossible").
    case nobody(why: String)
  }

  /// The day from which it does not exist any more.
  public let on: CivilDate
  public let remains: Remains

  public init(on: CivilDate, remains: Remains) {
    self.on = on
    self.remains = remains
  }
}

extension Cessation: CustomStringConvertible {
  /// `ceased on 2025-01-01, succeeded by new-printer`.
  public var description: String {
    switch remains {
    case .successor(let system): "ceased on \(on), succeeded by \(system)"
    case .trustee(let trustee): "ceased on \(on), trustee: \(trustee)"
    case .nobody(let why): "ceased on \(on), nobody to tell: \(why)"
    }
  }
}

extension Cessation: Codable {
  private struct Wire: Codable {
    var on: CivilDate
    var successor: SystemName?
    var trustee: String?
    var nobody: String?
  }

  /// Reads one that names exactly one of successor, trustee and nobody.
  public init(from decoder: any Decoder) throws {
    let wire = try Wire(from: decoder)
    switch (wire.successor, wire.trustee, wire.nobody) {
    case (let successor?, nil, nil): self.init(on: wire.on, remains: .successor(successor))
    case (nil, let trustee?, nil): self.init(on: wire.on, remains: .trustee(trustee))
    case (nil, nil, let why?): self.init(on: wire.on, remains: .nobody(why: why))
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "a cessation names one of successor, trustee, nobody"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var wire = Wire(on: on)
    switch remains {
    case .successor(let system): wire.successor = system
    case .trustee(let trustee): wire.trustee = trustee
    case .nobody(let why): wire.nobody = why
    }
    try wire.encode(to: encoder)
  }
}
