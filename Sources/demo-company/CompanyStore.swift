import Crypto
import ErasureDomain
import Foundation
import GRDB

/// What a company holds: its customers, and the notices it has seen. Survives a restart.
actor CompanyStore {
  /// The columns people are found by.
  enum Column: String {
    case email
    case phone
    case customerNo = "customer_no"

    /// By the word of the contract.
    init?(_ identityType: String) {
      switch identityType {
      case "email": self = .email
      case "phone": self = .phone
      case "controller_customer_id": self = .customerNo
      default: return nil
      }
    }
  }

  /// What came of a delivery.
  enum Delivery {
    case busy
    /// Accepted now, or before with the same body.
    case accepted(isFirst: Bool)
    /// The id was used before with another body.
    case otherBody
  }

  /// What a status resource shows.
  struct Status {
    let word: String
    let erased: Int?
    /// The request that the notice named, and the SHA-256 of its body.
    let request: String
    let digest: Data
  }

  let company: Company
  private let database: DatabaseQueue
  private let logPath: String

  /// Opens or makes the company's list in `folder`.
  init(company: Company, folder: String, people: Int, seed: UInt64) throws {
    self.company = company
    logPath = "\(folder)/\(company.rawValue).log"
    database = try DatabaseQueue(path: "\(folder)/\(company.rawValue).db")
    try database.write { db in
      try db.execute(sql: "PRAGMA secure_delete = ON")
      guard try !db.tableExists("customer") else { return }
      try db.execute(
        sql: """
          CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, phone TEXT NOT NULL,
            customer_no TEXT NOT NULL);
          CREATE INDEX customer_email ON customer (email);
          CREATE INDEX customer_phone ON customer (phone);
          CREATE INDEX customer_no ON customer (customer_no);
          CREATE TABLE notice (id TEXT PRIMARY KEY, digest BLOB NOT NULL, deliveries INTEGER NOT NULL,
            accepted INTEGER NOT NULL, erased INTEGER NOT NULL, polls INTEGER NOT NULL, request TEXT NOT NULL,
            test INTEGER NOT NULL);
          """)
      for person in DemoPeople(count: people, seed: seed).all {
        try db.execute(
          sql: "INSERT INTO customer (name, email, phone, customer_no) VALUES (?, ?, ?, ?)",
          arguments: [person.fullName, person.email, person.phone, person.customerNo])
      }
    }
  }

  /// Takes a delivery: busy first where the company is, then accepted once and for all.
  func deliver(
    id: String, request: String, body: [UInt8], lookups: [(column: Column, value: String)], isTest: Bool
  ) throws -> Delivery {
    let digest = Data(SHA256.hash(data: body))
    let company = company
    return try database.write { db in
      if let seen = try Row.fetchOne(db, sql: "SELECT digest, accepted FROM notice WHERE id = ?", arguments: [id]) {
        guard seen["digest"] == digest else { return .otherBody }
        try db.execute(sql: "UPDATE notice SET deliveries = deliveries + 1 WHERE id = ?", arguments: [id])
        if seen["accepted"] { return .accepted(isFirst: false) }
      } else {
        try db.execute(
          sql: "INSERT INTO notice VALUES (?, ?, 1, 0, 0, 0, ?, ?)", arguments: [id, digest, request, isTest])
      }
      let count = try Int.fetchOne(db, sql: "SELECT deliveries FROM notice WHERE id = ?", arguments: [id]) ?? 0
      guard count > company.busyDeliveries else { return .busy }
      // The cleansing firm says yes and does nothing: only a confirmation would be one.
      let erased = company == .cleansing ? 0 : try Self.erase(lookups, in: db)
      try db.execute(sql: "UPDATE notice SET accepted = 1, erased = ? WHERE id = ?", arguments: [erased, id])
      return .accepted(isFirst: true)
    }
  }

  private static func erase(_ lookups: [(column: Column, value: String)], in db: Database) throws -> Int {
    var erased = 0
    for (column, value) in lookups {
      try db.execute(sql: "DELETE FROM customer WHERE \(column.rawValue) = ?", arguments: [value])
      erased += db.changesCount
    }
    return erased
  }

  /// How many records an accepted notice took; nil for one it does not know.
  func erased(id: String) throws -> Int? {
    try database.read { db in
      try Int.fetchOne(db, sql: "SELECT erased FROM notice WHERE id = ? AND accepted", arguments: [id])
    }
  }

  /// Answers a question about an accepted notice; nil for one it does not know.
  func poll(id: String) throws -> Status? {
    let company = company
    return try database.write { db in
      let query = "SELECT erased, polls, request, digest, test FROM notice WHERE id = ? AND accepted"
      guard let notice = try Row.fetchOne(db, sql: query, arguments: [id]) else { return nil }
      try db.execute(sql: "UPDATE notice SET polls = polls + 1 WHERE id = ?", arguments: [id])
      let polls: Int = notice["polls"] + 1
      func status(_ word: String, erased: Int? = nil) -> Status {
        Status(word: word, erased: erased, request: notice["request"], digest: notice["digest"])
      }
      guard let done = company.donePoll ?? (notice["test"] ? 1 : nil) else { return status("received") }
      guard polls >= done else { return status("in_progress") }
      let erased: Int = notice["erased"]
      return status(erased == 0 ? "no_match" : "completed", erased: erased)
    }
  }

  /// Appends a line to the log: id, status and a word, nothing of a person.
  func log(id: String?, status: Int, word: String) throws {
    let line = "\(id.flatMap { NoticeSignature.isID($0) ? $0 : nil } ?? "-") \(status) \(word)\n"
    if !FileManager.default.fileExists(atPath: logPath) { try Data().write(to: URL(fileURLWithPath: logPath)) }
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: logPath))
    defer { file.closeFile() }
    try file.seekToEnd()
    try file.write(contentsOf: Data(line.utf8))
  }
}
