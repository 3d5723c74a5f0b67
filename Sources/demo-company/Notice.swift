/// What every event says: its type and the job.
struct NoticeEvent: Decodable {
  struct Details: Decodable {
    let jobID: String

    enum CodingKeys: String, CodingKey {
      case jobID = "job_id"
    }
  }

  let type: String
  let data: Details
}

/// An `erasure.requested` event as a company reads it.
struct Notice: Decodable {
  struct Identity: Decodable {
    let type: String
    let format: String
    let value: String

    enum CodingKeys: String, CodingKey {
      case type = "identity_type"
      case format = "identity_format"
      case value = "identity_value"
    }
  }

  struct Details: Decodable {
    let requestID: String
    let jobID: String
    let duty: String
    let subject: [Identity]
    /// Set when the notice is about nobody: it is answered like any other, and at once.
    let test: Bool?

    enum CodingKeys: String, CodingKey {
      case requestID = "request_id"
      case jobID = "job_id"
      case duty, subject, test
    }
  }

  let type: String
  let data: Details

  /// The identities it can look up, by column of its list; nil when one is of a kind or format it does not know.
  var lookups: [(column: CompanyStore.Column, value: String)]? {
    var lookups: [(column: CompanyStore.Column, value: String)] = []
    for identity in data.subject {
      guard identity.format == "raw", !identity.value.isEmpty, let column = CompanyStore.Column(identity.type) else {
        return nil
      }
      lookups.append((column, identity.value))
    }
    return lookups.isEmpty ? nil : lookups
  }
}
