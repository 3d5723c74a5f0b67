import ConnectorKit
import ErasureDomain
import FoundationEssentials

/// What a processor says about a request, in an answer or a callback. Nothing else of a body is read: `encoded_request`
/// is the person.
struct ProcessorStatement: Decodable {
  private(set) var requestID: String?
  private(set) var status: String?

  private enum CodingKeys: String, CodingKey {
    case requestID = "subject_request_id"
    case status = "request_status"
  }

  /// Nil for what is no JSON object.
  init?(body: [UInt8]) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(body))
    } catch {
      return nil
    }
  }

  /// The status in one word; nil for one that the protocol does not know.
  var word: RecipientWord? {
    switch status {
    case "pending": .received
    case "in_progress": .inProgress
    case "completed": .completed
    case "cancelled": .cancelled
    default: nil
    }
  }
}
