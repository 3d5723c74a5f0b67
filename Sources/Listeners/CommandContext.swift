import Hummingbird
import NIOCore

/// What the responder needs of a connection: the connection itself, to ask the kernel who is at its other end.
struct CommandContext: InitializableFromSource, Sendable {
  let channel: any Channel

  init(source: ApplicationRequestContextSource) { channel = source.channel }
}
