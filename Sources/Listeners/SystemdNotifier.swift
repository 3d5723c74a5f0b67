import Dispatch
import Glibc

/// Tells systemd how the daemon is: sd_notify(3), a datagram to the socket that the unit's service manager gave.
public struct SystemdNotifier: Sendable {
  private let address: [UInt8]?

  /// A notifier for the value of `NOTIFY_SOCKET`: a path, or an abstract name that begins with `@`.
  ///
  /// Without an address, or with one that is neither, nothing is ever sent.
  public init(address: String?) {
    guard let address, address.utf8.count > 1, address.utf8.count < CommandSocket.longestPath,
      address.hasPrefix("/") || address.hasPrefix("@")
    else {
      self.address = nil
      return
    }
    var bytes = Array(address.utf8)
    // An abstract address begins with a zero byte and is exactly as long as its name (unix(7)).
    if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
    self.address = bytes
  }

  /// The daemon accepts calls.
  public func ready() { send("READY=1") }

  /// The daemon is about to end.
  public func stopping() { send("STOPPING=1") }

  /// The daemon reads something anew; `ready` says when it is done.
  ///
  /// systemd compares the time with that of its own request (sd_notify(3), `MONOTONIC_USEC`).
  public func reloading() {
    // On Linux this is CLOCK_MONOTONIC, which systemd compares with.
    send("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1_000)")
  }

  /// The daemon is alive.
  public func watchdog() { send("WATCHDOG=1") }

  /// One line for `systemctl status`; it names nobody.
  public func status(_ line: String) {
    send("STATUS=" + String(line.map { $0.isNewline ? " " : $0 }))
  }

  /// Sends assignments as they are, such as `READY=1`; says whether the service manager has got them.
  ///
  /// A notification that is lost harms nothing but what systemd shows, so there is no error.
  @discardableResult
  public func send(_ state: String) -> Bool {
    guard let address else { return false }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var target = sockaddr_un()
    target.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &target.sun_path) { $0.copyBytes(from: address) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
    let message = Array(state.utf8)
    let sent = withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
    return sent == message.count
  }
}
