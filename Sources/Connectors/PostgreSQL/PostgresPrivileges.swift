import ErasureDomain

/// Whether the two users may do what the register asks, seen before anything is approved.
struct PostgresPrivileges {
  let session: any DatabaseSession
  /// The user that erases.
  let eraser: String

  /// A right, as a statement gives it.
  struct Grant: Hashable {
    let privilege: String
    /// What it is a right on, as a statement names it: a table, or one with its kind before it.
    let table: String
    /// Set where the right on some columns is enough.
    var columns: [String] = []

    func statement(to user: String) -> String {
      let list = columns.isEmpty ? "" : " (\(columns.map(DatabaseName.quoted).joined(separator: ", ")))"
      return "GRANT \(privilege)\(list) ON \(table) TO \(DatabaseName.quoted(user));"
    }

    static func usage(of schema: String) -> Grant {
      Grant(privilege: "USAGE", table: "SCHEMA \(DatabaseName.quoted(schema))")
    }

    static func reading(_ table: PostgresBlockerTables.Table) -> [Grant] {
      [usage(of: table.schema), Grant(privilege: "SELECT", table: table.source)]
    }

    /// Whether a user has it, asked in a way that needs no right on the thing itself; no row where it is not there.
    func check(_ user: String) -> SQL {
      let quoted = { (name: String) in "'\"' || replace(\(name), '\"', '\"\"') || '\"'" }
      let schema = quoted("n.nspname")
      switch privilege {
      case "USAGE":
        return """
          SELECT has_schema_privilege(\(value: user)::name, n.oid, 'USAGE') FROM pg_namespace AS n \
          WHERE 'SCHEMA ' || \(schema) = \(value: table)
          """
      case "EXECUTE":
        return """
          SELECT has_function_privilege(\(value: user)::name, p.oid, 'EXECUTE') FROM pg_proc AS p \
          JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE p.proargtypes::text = 'jsonb'::regtype::oid::text \
          AND 'FUNCTION ' || \(schema) || '.' || \(quoted("p.proname")) || '(jsonb)' = \(value: table)
          """
      default:
        let parts = columns.map {
          "has_column_privilege(\(value: user)::name, c.oid, \(value: $0), \(value: privilege))" as SQL
        }
        let all: SQL =
          parts.isEmpty
          ? "has_table_privilege(\(value: user)::name, c.oid, \(value: privilege))" : SQL.joined(parts, by: " AND ")
        return """
          SELECT \(all) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
          WHERE \(schema) || '.' || \(quoted("c.relname")) = \(value: table)
          """
      }
    }
  }

  /// The rights that looking needs, in the order of the register.
  static func lookGrants(_ layout: DatabaseLayout, blockers: [PostgresBlockerTables.Table]) -> [Grant] {
    unique(
      layout.datasets.flatMap { dataset in
        [.usage(of: dataset.table.schema), Grant(privilege: "SELECT", table: dataset.table.source)]
      } + blockers.flatMap(Grant.reading))
  }

  private static func unique(_ grants: [Grant]) -> [Grant] {
    var seen: Set<Grant> = []
    return grants.filter { seen.insert($0).inserted }
  }

  /// The rights that erasing needs, in the order of the register.
  static func grants(_ layout: DatabaseLayout, blockers: [PostgresBlockerTables.Table]) -> [Grant] {
    var grants: [Grant] = []
    let loose = DatabaseErasure.looseColumns(layout)
    for dataset in layout.datasets {
      let table = dataset.table.source
      grants.append(.usage(of: dataset.table.schema))
      grants.append(Grant(privilege: "SELECT", table: table))
      if case .call(let function) = dataset.record.treatment {
        // The function deletes with its owner's rights (SECURITY DEFINER); we lock the rows and look.
        grants.append(Grant(privilege: "UPDATE", table: table, columns: Array(dataset.table.key.prefix(1))))
        let parts = function.split(separator: ".").map(String.init)
        if parts.count == 2 { grants.append(.usage(of: parts[0])) }
        let name = parts.map(DatabaseName.quoted).joined(separator: ".")
        grants.append(Grant(privilege: "EXECUTE", table: "FUNCTION \(name)(jsonb)"))
        continue
      }
      grants.append(Grant(privilege: "DELETE", table: table))
      let overwritten = DatabaseOverwrite.all(of: dataset, layout.dialect).map(\.column.name)
      // Locking a row needs the right to update one of its columns.
      let cleared = loose.filter { $0.dataset.number == dataset.number }.flatMap(\.columns)
      let written = overwritten + Set(cleared).subtracting(overwritten).sorted()
      let columns = written.isEmpty && dataset.record.isRoot ? Array(dataset.table.key.prefix(1)) : written
      if !columns.isEmpty { grants.append(Grant(privilege: "UPDATE", table: table, columns: columns)) }
    }
    return unique(grants + blockers.flatMap(Grant.reading))
  }

  /// The right to see who else is at work, where an erasure waits for that.
  func activity() throws -> [Obstacle] {
    let may = try session.rows("SELECT pg_has_role(\(value: eraser)::name, 'pg_read_all_stats', 'USAGE')").first?.first
    guard may != "t" else { return [] }
    return [
      Obstacle(
        code: FailureCode("missing-privilege"),
        message: "user \"\(eraser)\" may not see which connections are active, which pause: {active-percent} needs; a "
          + "superuser must run: \(Self.activityGrant(eraser))")
    ]
  }

  static func activityGrant(_ eraser: String) -> String {
    "GRANT pg_read_all_stats TO \(DatabaseName.quoted(eraser));"
  }

  /// Rights that are missing, each with the statement that gives it.
  func obstacles(_ layout: DatabaseLayout) throws -> [Obstacle] {
    guard try session.number("SELECT count(*) FROM pg_roles WHERE rolname = \(value: eraser)") > 0 else {
      return [
        Obstacle(
          code: FailureCode("eraser-unknown"),
          message: "the database has no user \"\(eraser)\", whom the credential for erasing names; create it")
      ]
    }
    let blockers = try PostgresBlockerTables(session: session).all(layout.system.blockers)
    var obstacles: [Obstacle] = []
    for grant in Self.grants(layout, blockers: blockers) {
      let may = try session.rows(grant.check(eraser)).first?.first
      guard may != "t" else { continue }
      if may == nil, grant.privilege == "EXECUTE" {
        obstacles.append(
          Obstacle(
            code: FailureCode("missing-function"),
            message:
              "the database has no \(grant.table.replacing("FUNCTION", with: "function")), which the register calls; create it, or correct "
              + "call"))
        continue
      }
      obstacles.append(
        Obstacle(
          code: FailureCode("missing-privilege"),
          message: "user \"\(eraser)\" may not \(grant.privilege) in \(grant.table); its owner must run: "
            + grant.statement(to: eraser)))
    }
    return obstacles
  }
}
