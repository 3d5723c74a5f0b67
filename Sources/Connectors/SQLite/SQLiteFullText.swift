import GRDB

extension SQLiteCatalogue.Table {
  private var tokens: [SQLToken] { SQLToken.all(in: sql).filter { !$0.text.allSatisfy(\.isWhitespace) } }

  /// A table of words, of a kind that is known here.
  var isFullText: Bool {
    guard kind == "virtual" else { return false }
    let words = tokens.map { DatabaseName.folded($0.value) }
    guard let using = words.firstIndex(of: "using"), using + 1 < words.count else { return false }
    return ["fts3", "fts4", "fts5"].contains(words[using + 1])
  }

  /// What `content=` names, in lower case: empty where no text is stored anywhere. Nothing where the option is missing.
  var content: String? {
    let tokens = tokens
    let place = tokens.indices.first { place in
      DatabaseName.folded(tokens[place].text) == "content" && place + 2 < tokens.count && tokens[place + 1].text == "="
    }
    return place.map { DatabaseName.folded(tokens[$0 + 2].value) }
  }

  /// What it indexes is stored in it: its rows are rows like others.
  var holdsItsOwnText: Bool { isFullText && content == nil }
}

extension SQLiteCatalogue {
  /// The tables of which a full-text table holds the words: it reads them (`content=`), or their triggers write it.
  func mirrored(by full: Table) -> [Table] {
    let content = full.content
    return allTables.filter { table in
      table.kind == "table" && (DatabaseName.folded(table.name) == content || writes(table, into: full))
    }
  }

  fileprivate func writes(_ table: Table, into full: Table) -> Bool {
    triggers(of: table).contains { SQLToken.tablesWritten(by: $0.sql).contains(DatabaseName.folded(full.name)) }
  }

  /// Whether text that a table's triggers put into a full-text table stays there when the row goes.
  func leavesText(_ table: Table, in full: Table) -> Bool {
    full.holdsItsOwnText
      && !triggers(of: table).contains {
        let text = SQLiteTriggerText($0.sql)
        return text.event == "delete" && text.writes.contains(DatabaseName.folded(full.name))
      }
  }

  /// About full-text tables: what is done with those that mirror other tables, and that the others are there.
  var fullTextNotes: [DatabaseCatalogue.CatalogueNote] {
    fullTextTables.flatMap { full -> [DatabaseCatalogue.CatalogueNote] in
      let mirrored = mirrored(by: full).filter { !leavesText($0, in: full) }
      guard mirrored.isEmpty else {
        return mirrored.map {
          .init(
            table: $0.name, code: "full-text",
            words: "The words of \"\($0.name)\" are taken out of the full-text table \"\(full.name)\", which is "
              + "rewritten for it")
        }
      }
      let what =
        full.holdsItsOwnText
        ? "holds text of its own and is in no dataset: look whether the person is there"
        : "holds words of which no table here has the text: only who fills it can take the person's out"
      return [
        .init(
          table: full.name, code: DatabaseCatalogue.CatalogueNote.unregistered,
          words: "Full-text table \"\(full.name)\" \(what)")
      ]
    }
  }
}

/// Full-text tables keep the words of deleted rows, also with `secure_delete`, until they are optimised.
struct SQLiteFullText {
  let catalogue: SQLiteCatalogue

  /// Rewrites the full-text tables that mirror these tables, or that are among them.
  func clean(after touched: Set<String>, _ db: Database) throws {
    for full in catalogue.fullTextTables {
      if touched.contains(full.name) { try command("optimize", full, db) }
      let tables = catalogue.mirrored(by: full).filter { touched.contains($0.name) }
      guard !tables.isEmpty else { continue }
      // Without a trigger the words of the deleted rows are still in the index: read the table again.
      if !tables.contains(where: { catalogue.writes($0, into: full) }) { try command("rebuild", full, db) }
      try command("optimize", full, db)
    }
  }

  /// Whether `clean` has something to do.
  func isCleaned(after touched: Set<String>) -> Bool {
    catalogue.fullTextTables.contains { full in
      touched.contains(full.name) || catalogue.mirrored(by: full).contains { touched.contains($0.name) }
    }
  }

  private func command(_ command: String, _ table: SQLiteCatalogue.Table, _ db: Database) throws {
    let name = DatabaseName.quoted(table.name)
    try db.execute(sql: "INSERT INTO main.\(name)(\(name)) VALUES (?)", arguments: [command])
  }
}
