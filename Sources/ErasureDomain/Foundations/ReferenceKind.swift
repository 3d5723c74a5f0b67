/// What a reference points to; gives references of different things different types.
public protocol ReferenceKind: Sendable {
  /// The letter before the hyphen.
  static var prefix: String { get }
}

/// An erasure request, `r-…`.
public enum RequestKind: ReferenceKind {
  /// `r`.
  public static let prefix = "r"
}

/// An erasure plan, `p-…`.
public enum PlanKind: ReferenceKind {
  /// `p`.
  public static let prefix = "p"
}

/// An erasure job, `j-…`.
public enum JobKind: ReferenceKind {
  /// `j`.
  public static let prefix = "j"
}

/// One attempt at a job, `a-…`.
public enum AttemptKind: ReferenceKind {
  /// `a`.
  public static let prefix = "a"
}

/// A person of the organisation who uses the software, `u-…`; never a data subject.
public enum PersonKind: ReferenceKind {
  /// `u`.
  public static let prefix = "u"
}

/// The reference of an erasure request.
public typealias RequestReference = Reference<RequestKind>
/// The reference of an erasure plan.
public typealias PlanReference = Reference<PlanKind>
/// The reference of an erasure job.
public typealias JobReference = Reference<JobKind>
/// The reference of an attempt at a job.
public typealias AttemptReference = Reference<AttemptKind>
/// The opaque reference of an officer or operator.
public typealias PersonReference = Reference<PersonKind>
