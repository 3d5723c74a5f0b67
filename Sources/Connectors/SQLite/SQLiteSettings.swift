/// The settings of a system of kind `sqlite`.
public struct SQLiteSettings: Codable, Hashable, Sendable {
  /// The path of the database; a relative one starts at the folder of the register.
  public let file: String?

  public init(file: String?) { self.file = file }
}
