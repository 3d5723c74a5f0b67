import ErasureDomain
@preconcurrency import Glibc

/// The only place that writes: standard output for answers, standard error for everything said besides.
///
/// Written with write(2), so nothing is lost in a buffer. Text is made visible first: a control character that another
/// system put into a name cannot steer the reader's terminal.
public struct Output: Sendable {
  /// Where a text goes.
  public enum Stream: Sendable {
    /// What was asked for.
    case answer
    /// Questions, notes and errors.
    case note
  }

  /// Where the commands of this task write; tests put one of their own here.
  @TaskLocal public static var current = Output(onTerminal: isatty(STDERR_FILENO) == 1) { stream, bytes in
    Self.writeAll(bytes, to: stream == .answer ? STDOUT_FILENO : STDERR_FILENO)
  }

  private let write: @Sendable (Stream, [UInt8]) -> Void

  /// Whether a person watches the notes, so that a line may be written over again.
  private let onTerminal: Bool

  /// An output that hands every piece to a function.
  public init(onTerminal: Bool = false, _ write: @escaping @Sendable (Stream, [UInt8]) -> Void) {
    self.onTerminal = onTerminal
    self.write = write
  }

  /// How far something is, on one line of a terminal that the next call writes over; nothing elsewhere.
  ///
  /// An empty line takes it away.
  func progress(_ line: String) {
    guard onTerminal else { return }
    write(.note, Array(("\r\u{1B}[K" + Printable.line(line)).utf8))
  }

  /// Text with its newlines; one is added at the end if it is missing.
  public func show(_ text: String, on stream: Stream = .answer) {
    let visible = Printable.text(text)
    write(stream, Array((visible.hasSuffix("\n") ? visible : visible + "\n").utf8))
  }

  /// A question without newline.
  public func ask(_ question: String) { write(.note, Array(Printable.text(question).utf8)) }

  /// Exactly these bytes.
  public func exactly(_ bytes: [UInt8]) { write(.answer, bytes) }

  /// The canonical JSON of a value, and a newline.
  public func json(_ value: some Encodable) throws { write(.answer, try CanonicalJSON.encode(value) + [0x0A]) }

  /// An error of the program.
  public func failure(_ message: String) { show("expunge: " + message, on: .note) }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if errno != EINTR {
        // Nobody reads any more; there is nowhere left to say so.
        return
      }
    }
  }
}
