public import ConnectorKit
public import ErasureDomain

extension OpenDSRConnector: CallbackReceiving {
  /// Whether a call is the processor's, and what it says about the job.
  ///
  /// A call that does not even claim to be the processor's word on this job costs nothing: nobody is called for it. The
  /// processor gives its calls no id, and may send one twice: what it says of one request is the same statement each time.
  public func check(_ call: IncomingCall, about job: JobReference) async throws(CallRefusal) -> CallbackStatement {
    let id = SubjectRequestID(of: job)
    let (signature, domain) = (
      call.headers[settings.version.signatureHeader], call.headers[settings.version.domainHeader]
    )
    guard domain?.lowercased() == settings.domain, signature != nil,
      let statement = ProcessorStatement(body: call.body), id.matches(statement.requestID)
    else { throw .unsigned }
    let certificate = try await certificateForCall()
    guard doubt(signature: signature, domain: domain, body: call.body, certificate) == nil else { throw .unsigned }
    guard let word = statement.word else { throw .malformed(FailureCode("opendsr-unknown-status")) }
    return CallbackStatement(id: id.text + ":" + word.rawValue, status: word)
  }

  private func certificateForCall() async throws(CallRefusal) -> ProcessorCertificate {
    do {
      return try await certificate(try await discovery())
    } catch {
      switch error {
      case .transient(let code, _), .permanent(let code), .outcomeUnknown(let code): throw .unavailable(code)
      case .interrupted: throw .unavailable(FailureCode("interrupted"))
      // Not the certificate of the processor, or none: so nothing is signed. The next question asks the officer.
      case .needsOfficer: throw .unsigned
      }
    }
  }
}
