public import ConnectorKit
public import ErasureDomain

/// Calls of companies about tests of their endpoints. They are about nobody, and are kept in memory until the test ends.
public actor RecipientTests {
  private struct Test {
    var receiver: any CallbackReceiving
    var call: IncomingCall?
    var calls = 0
  }

  private var tests: [JobReference: Test] = [:]

  /// Takes calls about the job of a test from now on.
  public func begin(_ job: JobReference, by receiver: any CallbackReceiving) { tests[job] = Test(receiver: receiver) }

  /// Calls about the job are unknown from now on.
  public func end(_ job: JobReference) { tests[job] = nil }

  /// The last call with a final word, else the last.
  public func call(about job: JobReference) -> IncomingCall? { tests[job]?.call }

  /// Nil where the job belongs to no test.
  func take(_ call: IncomingCall, about job: JobReference) async -> CallbackIntake.Verdict? {
    guard let test = tests[job] else { return nil }
    guard test.calls < CallbackIntake.mostCalls else { return .tooMany }
    tests[job]?.calls += 1
    let statement: CallbackStatement
    do { statement = try await test.receiver.check(call, about: job) } catch {
      return CallbackIntake.verdict(on: error)
    }
    if statement.status.isFinal || tests[job]?.call == nil { tests[job]?.call = call }
    return .taken
  }
}
