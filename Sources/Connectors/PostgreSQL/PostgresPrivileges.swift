import ErasureDomain

/// Whether the two users may do what the register asks, seen before anything is approved.
struct PostgresPrivileges {
  let session: any DatabaseSession
  /// The user that erases.
  let eraser: String

  /// A right on one table, and why it is needed.
  struct Grant: Hashable {
    let privilege: String
    /// The table as a statement names it, or `SCHEMA` and a name.
    let table: String
    /// Set where the right on some columns is enough.
    let columns: [String]

    /// What the functions that ask for rights take.
    var object: String {
      privilege == "USAGE"
        ? String(table.dropFirst("SCHEMA \"".count).dropLast()).replacing("\"\"", with: "\"") : table
    }

    func statement(to user: String) -> String {
      let list = columns.isEmpty ? "" : " (\(columns.map(DatabaseName.quoted).joined(separator: ", ")))"
      return "GRANT \(privilege)\(list) ON \(table) TO \(DatabaseName.quoted(user));"
    }
  }

  /// The rights that erasing needs, in the order of the register.
  static func grants(_ layout: DatabaseLayout) -> [Grant] {
    var grants: [Grant] = []
    let loose = DatabaseErasure.looseColumns(layout)
    for dataset in layout.datasets {
      let table = dataset.table.source
      let schema = "SCHEMA \(DatabaseName.quoted(dataset.table.schema))"
      grants.append(Grant(privilege: "USAGE", table: schema, columns: []))
      grants.append(Grant(privilege: "SELECT", table: table, columns: []))
      if case .call = dataset.record.treatment {
        // The function deletes with its owner's rights (SECURITY DEFINER); we lock the rows and look.
        grants.append(Grant(privilege: "UPDATE", table: table, columns: Array(dataset.table.key.prefix(1))))
        continue
      }
      grants.append(Grant(privilege: "DELETE", table: table, columns: []))
      let overwritten = DatabaseOverwrite.all(of: dataset, layout.dialect).map(\.column.name)
      // Locking a row needs the right to update one of its columns.
      let cleared = loose.filter { $0.dataset.number == dataset.number }.flatMap(\.columns)
      let written = overwritten + Set(cleared).subtracting(overwritten).sorted()
      let columns = written.isEmpty && dataset.record.isRoot ? Array(dataset.table.key.prefix(1)) : written
      if !columns.isEmpty { grants.append(Grant(privilege: "UPDATE", table: table, columns: columns)) }
    }
    var seen: Set<Grant> = []
    return grants.filter { seen.insert($0).inserted }
  }

  /// The right to see who else is at work, where an erasure waits for that.
  func activity() throws -> [Obstacle] {
    let may = try session.rows("SELECT pg_has_role(\(value: eraser)::name, 'pg_read_all_stats', 'USAGE')").first?.first
    guard may != "t" else { return [] }
    return [
      Obstacle(
        code: FailureCode("missing-privilege"),
        message: "user \"\(eraser)\" may not see which connections are active, which pause: {active-percent} needs; a "
          + "superuser must run: GRANT pg_read_all_stats TO \(DatabaseName.quoted(eraser));")
    ]
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
    let grants = Self.grants(layout)
    guard !grants.isEmpty else { return [] }
    var obstacles: [Obstacle] = []
    for grant in grants {
      let has =
        grant.privilege == "USAGE"
        ? "has_schema_privilege" : grant.columns.isEmpty ? "has_table_privilege" : "has_column_privilege"
      for column in grant.columns.isEmpty ? [nil] : grant.columns.map(Optional.some) {
        let place: SQL = column.map { ", \(value: $0)" } ?? ""
        let may = try session.rows(
          "SELECT \(has)(\(value: eraser)::name, \(value: grant.object)\(place), \(value: grant.privilege))"
        ).first?.first
        if may != "t" {
          obstacles.append(
            Obstacle(
              code: FailureCode("missing-privilege"),
              message: "user \"\(eraser)\" may not \(grant.privilege) in \(grant.table); the owner of the table must "
                + "run: \(grant.statement(to: eraser))"))
          break
        }
      }
    }
    return obstacles
  }
}
