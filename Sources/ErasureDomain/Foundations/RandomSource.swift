/// A source of random bytes.
///
/// The programs inject one that asks the operating system's generator; tests inject a seeded one that can be repeated.
public protocol RandomSource: Sendable {
  /// Exactly `count` fresh bytes.
  ///
  /// A source for production is cryptographically secure and never repeats bytes that it handed out.
  func bytes(_ count: Int) -> [UInt8]
}
