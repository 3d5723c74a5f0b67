import HTTPTypes

/// One path of the page, who may come, and what answers.
struct PageRoute: Sendable {
  /// Who may come.
  enum Access: Sendable {
    /// Everybody: logging in, and following an invitation.
    case everybody
    /// Whoever is logged in.
    case session
    /// Whose roles may make this call of the desk, which judges it again.
    case call(String)
  }

  let method: HTTPRequest.Method
  /// `/requests/{request}/plan`: a part in braces stands for any one part.
  let path: String
  let access: Access
  let answer: @Sendable (PageVisit) async throws -> PageAnswer

  static func get(
    _ path: String, _ access: Access, _ answer: @escaping @Sendable (PageVisit) async throws -> PageAnswer
  ) -> PageRoute {
    PageRoute(method: .get, path: path, access: access, answer: answer)
  }

  static func post(
    _ path: String, _ access: Access, _ answer: @escaping @Sendable (PageVisit) async throws -> PageAnswer
  ) -> PageRoute {
    PageRoute(method: .post, path: path, access: access, answer: answer)
  }

  /// The parts in braces by name; nil when the path is another one.
  func match(_ parts: [Substring]) -> [String: String]? {
    let pattern = path.split(separator: "/")
    guard pattern.count == parts.count else { return nil }
    var values: [String: String] = [:]
    for (wanted, given) in zip(pattern, parts) {
      if wanted.hasPrefix("{") {
        values[String(wanted.dropFirst().dropLast())] = String(given)
      } else if wanted != given {
        return nil
      }
    }
    return values
  }
}
