import HTTPTypes
import Hummingbird
import NIOCore

/// What the page answers.
enum PageAnswer: Sendable {
  /// A template with what it shows. `title` is the page's own title, in the visitor's language.
  case page(String, title: String, content: any Sendable, status: Int = 200)
  /// To another page, after a form was taken.
  case redirect(String)
  /// A file to keep, under a name of ours.
  case file(name: String, type: String, bytes: [UInt8])
  /// Something of the page itself that browsers may keep.
  case asset(type: String, bytes: [UInt8])
  /// Server-sent events, one after the other until the visitor leaves.
  case events(@Sendable (any PageEventWriter) async throws -> Void)
  /// A redirect that also begins a session, or ends it with nil.
  case session(String?, goingTo: String)
  /// A redirect that remembers the language.
  case language(String, goingTo: String)
}

/// Where events go.
protocol PageEventWriter: AnyObject {
  /// One event; `data` has no line breaks.
  func send(event: String, data: String) async throws
  /// Something that keeps the connection, and that no page sees.
  func keepAlive() async throws
}
