/// What a person takes along, or is given to see.
public enum PackageKind: String, Hashable, Sendable, Codable, CaseIterable {
  /// Art. 20 GDPR: what he has provided, on consent or contract, for use elsewhere.
  case portability
  /// Art. 15 GDPR: a copy of what we process about him.
  case access
}

extension RequestReceived {
  /// The packages that the rights he invokes ask for.
  public var packages: [PackageKind] {
    PackageKind.allCases.filter { kind in
      switch kind {
      case .portability: rights?.contains(.portability) == true
      case .access: rights?.contains(.access) == true
      }
    }
  }

  /// Whether erasure is among the rights that were invoked.
  public var asksForErasure: Bool { rights?.contains(.erasure) ?? true }
}

extension FailureCode {
  /// A system from which nothing can be read by itself: a person adds a file, or says that there is none.
  public static let collectByHand = FailureCode("collect-by-hand")
}
