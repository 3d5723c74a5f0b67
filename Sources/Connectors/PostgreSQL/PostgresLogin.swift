import ConnectorKit
import ErasureDomain
import Foundation
import Postgres

/// A credential that holds a connection string of libpq, understood.
struct PostgresLogin {
  /// Keywords of libpq without the password.
  let parameters: [(String, String)]
  let password: [UInt8]?
  let user: String?
  /// Schemas whose tables the register may name without their schema; empty for the user's own.
  let searchPath: String

  /// Reads the credential anew: what was changed since counts.
  init(credential: String, secrets: any SecretSource) throws(ConnectorFailure) {
    guard let bytes = secrets.secret(credential) else { throw .permanent(FailureCode("credential-missing")) }
    let text = String(decoding: bytes, as: UTF8.self)
    let all: [(String, String)]
    do { all = try PostgresConnectionString(text).parameters } catch {
      throw .permanent(FailureCode("connection-string-unreadable"))
    }
    let given = Dictionary(all, uniquingKeysWith: { _, last in last })
    guard let user = given["user"], given["dbname"] != nil else {
      throw .permanent(FailureCode("connection-string-incomplete"))
    }
    var kept = all.filter { !["password", "application_name", "fallback_application_name", "options"].contains($0.0) }
    if !Self.isLocal(given["host"], given["hostaddr"]) {
      let mode = given["sslmode"]
      guard mode == nil || mode == "verify-full" else { throw .permanent(FailureCode("tls-not-verified")) }
      kept = kept.filter { $0.0 != "sslmode" } + [("sslmode", "verify-full")]
    } else if given["sslmode"] == nil {
      kept.append(("sslmode", "prefer"))
    }
    parameters = kept
    password = given["password"].map { Array($0.utf8) }
    self.user = user
    searchPath = Self.searchPath(given["options"])
  }

  /// Whether nothing leaves this machine: Unix sockets and loopback.
  private static func isLocal(_ hosts: String?, _ addresses: String?) -> Bool {
    let names = [hosts, addresses].compactMap { $0 }.flatMap { $0.split(separator: ",") }
    return names.allSatisfy { $0.hasPrefix("/") || $0 == "localhost" || $0 == "::1" || isLoopback($0) }
  }

  /// `127.0.0.1` and the like; a name that only begins so may stand for any machine.
  private static func isLoopback(_ host: Substring) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
  }

  /// `-c search_path=…` is the only option that is taken over.
  private static func searchPath(_ options: String?) -> String {
    guard let options, let start = options.range(of: "search_path=") else { return "" }
    return String(options[start.upperBound...].prefix { $0 != " " })
  }
}
