import ErasureDomain

// The catalogue as the selection reads it.
extension SQLiteCatalogue {
  var database: DatabaseCatalogue {
    let triggers = allTables.flatMap { table in self.triggers(of: table).map { trigger(of: $0, on: table) } }
    return DatabaseCatalogue(
      tables: allTables.map(table), foreignKeys: foreignKeys.map(foreignKey), triggers: triggers,
      obstacles: allTables.filter { $0.kind == "table" && $0.identity.isEmpty }.map {
        .init(
          table: $0.name, code: "no-key",
          words: "table \"\($0.name)\" has columns in the place of its row numbers and no primary key, so nothing "
            + "names its rows; add a key to it")
      },
      notes: fullTextNotes)
  }

  private func table(_ table: Table) -> DatabaseCatalogue.Table {
    let numbers = table.isWithoutRowid ? nil : table.identity.first { table.column($0) == nil }
    var columns = table.columns.map { column in
      DatabaseCatalogue.Column(
        name: column.name, type: column.type, family: Self.family(column),
        isNotNull: column.isNotNull || column.keyPlace > 0, isGenerated: column.isGenerated)
    }
    let key = table.primaryKey
    let unique = table.uniqueKeys + (key.isEmpty ? [] : [key])
    // Not by a unique key: what makes a row unique is often what it says about a person.
    let isNumbered = key.isEmpty && numbers != nil
    if isNumbered, let numbers {
      columns.append(
        DatabaseCatalogue.Column(
          name: numbers, type: "INTEGER", family: .integer(bytes: 8), isNotNull: true, isGenerated: true))
    }
    return DatabaseCatalogue.Table(
      name: table.name, source: SQLiteName.main(table.name), kind: Self.kind(table), columns: columns,
      primaryKey: isNumbered ? [numbers].compactMap { $0 } : key, uniqueKeys: unique, indexes: table.indexes,
      estimatedRows: table.estimatedRows, checks: [], hasTriggers: !triggers(of: table).isEmpty,
      sometimesUnique: table.sometimesUnique, rowNumber: numbers)
  }

  private static func kind(_ table: Table) -> DatabaseCatalogue.Table.Kind {
    switch table.kind {
    case "view": .view
    case "virtual": table.holdsItsOwnText ? .table : .virtual
    case "shadow": .shadow
    default: .table
    }
  }

  private static func family(_ column: Column) -> DatabaseCatalogue.Family {
    let type = column.type.uppercased()
    if type.contains("JSON") || type.contains("XML") { return .document }
    return switch column.affinity {
    case .integer: .integer(bytes: 8)
    case .text: .text(limit: nil)
    case .none: type.isEmpty || type == "ANY" ? .other : .bytes
    case .real, .numeric: type.contains("DATE") || type.contains("TIME") ? .other : .number(digits: 15, decimals: 15)
    }
  }

  private func foreignKey(_ key: ForeignKey) -> DatabaseCatalogue.ForeignKey {
    let child = table(key.table)
    let parent = table(key.parent)
    let onDelete = DatabaseCatalogue.DeleteRule(rawValue: key.onDelete.uppercased()) ?? .refuse
    return DatabaseCatalogue.ForeignKey(
      name: "", table: child?.name ?? key.table, parent: parent?.name ?? key.parent,
      pairs: key.pairs.map { pair in
        (child?.column(pair.child)?.name ?? pair.child, parent?.column(pair.parent)?.name ?? pair.parent)
      }, onDelete: onDelete,
      // `defer_foreign_keys` lets every check wait, but for RESTRICT.
      isDeferrable: key.onDelete.uppercased() != "RESTRICT")
  }

  func triggers(of table: Table) -> [Trigger] {
    triggers.filter { DatabaseName.folded($0.table) == DatabaseName.folded(table.name) }
  }

  private func trigger(of trigger: Trigger, on table: Table) -> DatabaseCatalogue.Trigger {
    let text = SQLiteTriggerText(trigger.sql)
    // A full-text table is cleaned by itself, unless nothing takes the text of a deleted row out of it.
    let writes = text.writes.compactMap { self.table($0) }
      .filter { $0.kind == "table" || leavesText(table, in: $0) }.map(\.name)
    return DatabaseCatalogue.Trigger(
      name: trigger.name, table: table.name, firesOnErasure: text.event != "insert", writes: writes.sorted(), acts: [])
  }
}

/// What a trigger's text says.
struct SQLiteTriggerText {
  /// `delete`, `update` or `insert`.
  let event: String
  /// Tables it writes.
  let writes: Set<String>

  init(_ sql: String) {
    writes = SQLToken.tablesWritten(by: sql)
    let tokens = SQLToken.all(in: sql).filter { !$0.text.allSatisfy(\.isWhitespace) }
    let words = tokens.map { $0.kind == .word ? DatabaseName.folded($0.text) : "" }
    var place = (words.firstIndex(of: "trigger") ?? 0) + 1
    if Array(words.dropFirst(place).prefix(3)) == ["if", "not", "exists"] { place += 3 }
    // Its name, perhaps with that of the schema.
    place += 1
    if place < tokens.count, tokens[place].text == "." { place += 2 }
    event = words.dropFirst(place).first { ["delete", "update", "insert"].contains($0) } ?? "delete"
  }
}
