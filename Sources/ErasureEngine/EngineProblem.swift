public import ErasureDomain
import Journal

/// Why the engine cannot go on with something.
public enum EngineProblem: Error, Sendable, CustomStringConvertible {
  /// The plan's bytes are missing or do not hash to what was approved.
  case planBytes(PlanReference)
  case unknownJob(JobReference)
  case notReady(RequestReference, String)

  public var description: String {
    switch self {
    case .planBytes(let plan): "\(plan): the stored plan is not the approved one; run `expunge check --deep`"
    case .unknownJob(let job): "\(job) is not in its plan"
    case .notReady(let request, let why): "\(request): \(why)"
    }
  }
}
