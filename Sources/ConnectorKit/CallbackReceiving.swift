public import ErasureDomain

/// A connector whose companies report by themselves, besides being asked.
public protocol CallbackReceiving: Polling {
  /// Whether a call is the company's, and what it says about the job. Nothing is believed before that, and nothing is
  /// kept here: the caller keeps the body, and a later `poll` finds it in the order.
  func check(_ call: IncomingCall, about job: JobReference) async throws(CallRefusal) -> CallbackStatement

  /// The verified receipt in a call that came when the job was settled already, kept because it is evidence all the
  /// same. `order` remembers the call. Nil where there is none, or none that holds.
  func lateReceipt(_ order: ErasureOrder) -> CompanyReceipt?
}

extension CallbackReceiving {
  public func lateReceipt(_ order: ErasureOrder) -> CompanyReceipt? { nil }
}

/// Under what name an order remembers the body of the last call of its company that was taken.
public enum RememberedCall {
  public static let name = "callback"
}

/// A call that came in from outside, not yet believed.
public struct IncomingCall: Sendable {
  /// Header fields by lower-case name; of a repeated one the values are joined by commas.
  public let headers: [String: String]
  /// The body's bytes as they came.
  public let body: [UInt8]

  public init(headers: [String: String], body: [UInt8]) {
    self.headers = headers
    self.body = body
  }
}

/// Why a call is not taken. It names no value of the call.
public enum CallRefusal: Error, Hashable, Sendable {
  /// It is not signed by the company, or its signature is too old.
  case unsigned
  /// It is signed and says nothing we understand.
  case malformed(FailureCode)
  /// It cannot be checked now; it may come again.
  case unavailable(FailureCode)
}

/// What a company's own call says about a job.
public struct CallbackStatement: Hashable, Sendable {
  /// The call's own id: a repeated one is the same statement.
  public let id: String
  public let status: RecipientWord

  public init(id: String, status: RecipientWord) {
    self.id = id
    self.status = status
  }
}

/// Under what names an order remembers how a company answered the notice itself: forgotten when it is told anew.
public enum RememberedAnswer {
  /// Its status resource.
  public static let location = "location"
  /// Its own words about a refusal.
  public static let problem = "problem"

  public static let names = [location, problem]
}
