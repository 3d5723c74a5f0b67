/// What a database says about itself: tables, columns, references, and numbers from a bounded sample.
///
/// Names and counts only; no value of a row is in it.
public struct DatabaseOutline: Hashable, Sendable, Codable {
  /// Tables in the order of their names.
  public var tables: [Table]
  /// Foreign keys of the schema.
  public var references: [Reference]

  public init(tables: [Table], references: [Reference]) {
    self.tables = tables
    self.references = references
  }

  /// What kind of values a column holds.
  public enum Shape: String, Hashable, Sendable, Codable, CaseIterable {
    case text
    case number
    /// A date, a time or both.
    case date
    /// JSON, XML, hstore or a list: people may stand anywhere inside.
    case structured
    case bytes
    /// Truth values, intervals and the like.
    case other
  }

  /// What a bounded number of rows showed.
  public struct Sample: Hashable, Sendable, Codable {
    /// Rows that hold something in the column.
    public var filled: Int
    /// Of these, how many read as one e-mail address.
    public var emails: Int
    /// Of these, how many read as one telephone number.
    public var phones: Int

    public init(filled: Int, emails: Int, phones: Int) {
      self.filled = filled
      self.emails = emails
      self.phones = phones
    }
  }

  public struct Column: Hashable, Sendable, Codable {
    public var name: String
    /// As the schema writes it.
    public var type: String
    public var shape: Shape
    /// Absent where nothing was sampled.
    public var sample: Sample?

    public init(name: String, type: String, shape: Shape, sample: Sample? = nil) {
      self.name = name
      self.type = type
      self.shape = shape
      self.sample = sample
    }
  }

  public enum Kind: String, Hashable, Sendable, Codable {
    case table
    case view
    /// Full-text indexes, foreign tables and others that are no rows of this database.
    case other
  }

  public struct Table: Hashable, Sendable, Codable {
    /// As the register names it.
    public var name: String
    public var kind: Kind
    public var columns: [Column]
    /// Columns of the primary key.
    public var key: [String]

    public init(name: String, kind: Kind, columns: [Column], key: [String]) {
      self.name = name
      self.kind = kind
      self.columns = columns
      self.key = key
    }
  }

  /// Rows of `table` that point to rows of `parent`.
  public struct Reference: Hashable, Sendable, Codable {
    public struct Pair: Hashable, Sendable, Codable {
      public var child: String
      public var parent: String

      public init(child: String, parent: String) {
        self.child = child
        self.parent = parent
      }
    }

    public var table: String
    public var parent: String
    public var pairs: [Pair]

    public init(table: String, parent: String, pairs: [Pair]) {
      self.table = table
      self.parent = parent
      self.pairs = pairs
    }
  }
}
