import Foundation
import PostgresTestKit
import TestKit

/// A company whose one system is a PostgreSQL database, on a server of its own.
struct Shop {
  let server: PostgresServer
  let database: PostgresDatabase
  let looker: PostgresRole
  let eraser: PostgresRole

  /// Customers 1 to 40, each with `orders` orders of one item; customer 1 with as many as is said.
  static func make(orders: Int = 3, ofTheFirst: Int = 3) async throws -> Shop {
    let server = try await PostgresServer.startPrivate()
    let shop = Shop(
      server: server, database: try await server.newDatabase(), looker: try await server.newRole(),
      eraser: try await server.newRole())
    try await shop.database.run(
      """
      CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL, name text);
      CREATE TABLE orders (id serial PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, at timestamptz);
      CREATE TABLE item (id serial PRIMARY KEY, order_id int NOT NULL REFERENCES orders, what text);
      CREATE INDEX ON orders (customer_id); CREATE INDEX ON item (order_id);
      INSERT INTO customer SELECT i, 'p' || i || '@example.org', 'n' || i FROM generate_series(1, 40) AS i;
      INSERT INTO orders (customer_id, at) SELECT c, now() FROM generate_series(2, 40) AS c, generate_series(1, \(orders));
      INSERT INTO orders (customer_id, at) SELECT 1, now() FROM generate_series(1, \(ofTheFirst));
      INSERT INTO item (order_id, what) SELECT id, 'w' FROM orders;
      ANALYZE;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO \(shop.looker.name), \(shop.eraser.name);
      GRANT UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \(shop.eraser.name);
      """)
    return shop
  }

  /// An installation whose register has this system alone; the daemon runs, and its owner has released the system.
  func with(_ body: (Installation) async throws -> Void) async throws {
    let options = Installation.Options(
      people: 20,
      leavingOut: ["crm", "backoffice", "backups", "cleansing", "intermediary", "sister", "usb-stick"],
      adding: ["shop.yaml": Self.register], owns: ["dora:shop"])
    try await Installation.with(options) { site in
      site.stopCompanies()
      for (credential, role) in [("shop-look", looker), ("shop-erase", eraser)] {
        try site.write(
          "host=127.0.0.1 port=\(server.port) dbname=\(database.name) user=\(role.name) password=\(role.password) "
            + "sslmode=disable", to: "credentials/" + credential)
      }
      try await site.startDaemon()
      try await site.answer("dora", "system", "release", "shop")
      try await body(site)
    }
  }

  /// Everybody's rows but those of customer 1.
  func others() async throws -> [String] {
    try await database.texts(
      """
      SELECT 'c' || t::text FROM customer t WHERE id <> 1
      UNION ALL SELECT 'o' || t::text FROM orders t WHERE customer_id <> 1
      UNION ALL SELECT 'i' || t::text FROM item t JOIN orders o ON o.id = t.order_id WHERE o.customer_id <> 1
      """
    ).sorted()
  }

  private static let register = """
    register: 1
    system: shop
    name: Shop
    role: own
    owner: sales-operations
    subjects: [customer]
    connector: postgresql
    settings: {look: shop-look, erase: shop-erase}
    datasets:
      customer: {table: customer, find: [{email: email}], suffices: [email], review: [name], erase: delete}
      orders: {table: orders, belongs-to: {customer: {customer_id: id}}, erase: delete}
      item: {table: item, belongs-to: {orders: {order_id: id}}, erase: delete}
    copies: {none: {said-by: it-operations, on: 2026-11-20}}
    """
}
