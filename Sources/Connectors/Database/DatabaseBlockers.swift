import ErasureDomain

/// Runs the blockers of a system for the root records of a selection.
struct DatabaseBlockers {
  private let selection: DatabaseSelection

  init(_ selection: DatabaseSelection) { self.selection = selection }

  /// The names of blockers that count more than zero, with their count, and what is wrong with queries that cannot be run.
  func run() throws -> (blocked: [(String, Int)], obstacles: [Obstacle]) {
    var blocked: [(String, Int)] = []
    var obstacles: [Obstacle] = []
    for blocker in selection.layout.system.blockers {
      do {
        let count = try count(of: blocker)
        if count > 0 { blocked.append((blocker.name, count)) }
      } catch let problem as Problem {
        let message = "blocker \"\(blocker.name)\" \(problem.description); correct its query"
        obstacles.append(Obstacle(code: FailureCode("blocker-unreadable"), message: message))
      }
    }
    return (blocked, obstacles)
  }

  private struct Problem: Error {
    let description: String
  }

  /// Over all root records together; below zero is nothing.
  private func count(of blocker: Blocker) throws -> Int {
    var tokens = SQLToken.all(in: blocker.query)
    while let last = tokens.last, last.text == ";" || last.text.allSatisfy(\.isWhitespace) { tokens.removeLast() }
    // `$1` would be one of our own values.
    guard !tokens.contains(where: { $0.text.hasPrefix("$") && $0.text.dropFirst().allSatisfy(\.isNumber) }) else {
      throw Problem(description: "has a parameter; write :dataset.column instead")
    }
    let named = Set(tokens.compactMap { if case .placeholder(let dataset, _) = $0.kind { dataset } else { nil } })
    guard let name = named.first else {
      return try selection.roots().isEmpty ? 0 : count(SQL(tokens.map(\.text).joined()))
    }
    guard named.count == 1, let dataset = selection.layout.dataset(name) else {
      throw Problem(description: "must name columns of exactly one dataset of this system")
    }
    let set = selection.sets[dataset.number]
    var total = 0
    for index in set.indices where set.rows[index].isRoot {
      let more = max(0, try count(try query(tokens, dataset, index)))
      // A query may give any number.
      total = total.addingReportingOverflow(more).overflow ? .max : total + more
    }
    return total
  }

  private func query(_ tokens: [SQLToken], _ dataset: DatabaseDataset, _ index: Int) throws -> SQL {
    let set = selection.sets[dataset.number]
    var sql = SQL("")
    for token in tokens {
      guard case .placeholder(_, let name) = token.kind else {
        sql = sql + SQL(token.text)
        continue
      }
      guard let column = dataset.table.column(name) else {
        throw Problem(description: "names column \"\(name)\", which \"\(dataset.table.name)\" has not")
      }
      let text = selection.dialect.exactText(dataset.column("t", name), column)
      let from = selection.at([set.rows[index].place], of: dataset, as: "t")
      let value = try selection.session.rows("SELECT \(text) FROM \(from)").first?.first ?? nil
      sql = sql + selection.dialect.exactValue(value, column)
    }
    return sql
  }

  private func count(_ sql: SQL) throws -> Int {
    let answer: [[String?]]
    do {
      // Inside another query it can be nothing but a query.
      answer = try selection.session.attempt { try selection.session.rows("SELECT * FROM (\(sql)\n) AS blocker") }
    } catch let error where selection.dialect.isUnreadable(error) {
      throw Problem(description: "is no statement that this database understands, or it may not be run")
    }
    guard answer.count <= 1, answer.first.map({ $0.count == 1 }) != false else {
      throw Problem(description: "must be one SELECT that gives one number")
    }
    guard let cell = answer.first?.first ?? nil else { return 0 }
    guard let count = Int(cell) else { throw Problem(description: "gives something that is no whole number") }
    return count
  }
}
