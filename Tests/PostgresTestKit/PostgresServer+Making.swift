import Foundation
import Glibc
import Synchronization

extension PostgresServer {
  /// Starts a server for the caller alone, which it may stop, kill and freeze.
  ///
  /// With `tls` its TCP is TLS only, with the certificates in `certificates`. The settings are further lines of
  /// `postgresql.conf`, of which a later one wins.
  public static func startPrivate(
    tls: Bool = false, settings: [(String, String)] = []
  ) async throws -> PostgresServer {
    let server = try await empty()
    let passwordFile = server.folder + "/password"
    try await PostgresPrograms.runAsOwner(
      ["/bin/sh", "-c", "umask 077; cat > \(passwordFile)"], input: server.password)
    try await PostgresPrograms.run(
      "initdb",
      [
        "-D", server.data, "-U", superuser, "--pwfile", passwordFile, "--auth-local=trust",
        "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
      ])
    var lines = [
      ("fsync", "off"), ("full_page_writes", "off"), ("shared_buffers", "16MB"), ("max_connections", "600"),
      ("wal_level", "logical"), ("max_wal_senders", "10"), ("max_replication_slots", "10"),
      ("max_prepared_transactions", "10"), ("jit", "off"), ("timezone", "UTC"), ("log_min_messages", "warning"),
      // In the folder, and gone with it, also after SIGKILL.
      ("dynamic_shared_memory_type", "mmap"),
    ]
    if tls {
      try await server.makeCertificates()
      lines += [
        ("ssl", "on"), ("ssl_ca_file", server.certificates.authority), ("ssl_cert_file", server.path("server.pem")),
        ("ssl_key_file", server.path("server.key")),
      ]
      try await server.replace(
        "pg_hba.conf",
        """
        local all all trust
        local replication all trust
        hostssl all certified 127.0.0.1/32 cert
        hostssl all all 127.0.0.1/32 scram-sha-256
        """)
    }
    try await server.append(lines + settings)
    try await server.start()
    return server
  }

  /// A streaming hot standby of another server; it lets read-only connections in when this returns.
  public static func startReplica(of primary: PostgresServer) async throws -> PostgresServer {
    let server = try await empty(password: primary.password)
    try await PostgresPrograms.run(
      "pg_basebackup",
      [
        "-D", server.data, "-h", primary.socketFolder, "-p", String(primary.port), "-U", superuser, "-R", "-X",
        "stream", "-c", "fast", "--no-sync",
      ])
    try await server.append([("hot_standby", "on")])
    try await server.start()
    return server
  }

  /// A server without data, with a watchdog already.
  private static func empty(password: String? = nil) async throws -> PostgresServer {
    let folder = NSTemporaryDirectory() + "expunged-pg-" + randomName()
    let server = try PostgresServer(folder: folder, port: try freePort(), password: password ?? randomName())
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    guard let account = PostgresPrograms.account else { return server }
    guard let entry = getpwnam(account) else {
      throw PostgresFixtureFailure("no user \(account); install it: apt-get install postgresql-15")
    }
    guard chown(folder, entry.pointee.pw_uid, entry.pointee.pw_gid) == 0 else {
      throw PostgresFixtureFailure("chown of \(folder): errno \(errno)")
    }
    return server
  }

  /// The ports that this process has handed out. One of a server that has not started yet looks free to the next.
  private static let handedOut = Mutex<Set<Int>>([])

  /// A port below those that the kernel hands out, so that nobody takes it while the server is down.
  private static func freePort() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<32_000)
      guard handedOut.withLock({ $0.insert(port).inserted }) else { continue }
      let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(listener) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      let status = withUnsafeBytes(of: address) { bytes in
        bytes.withMemoryRebound(to: sockaddr.self) { bind(listener, $0.baseAddress, socklen_t(bytes.count)) }
      }
      if status == 0 { return port }
    }
    throw PostgresFixtureFailure("no free port on 127.0.0.1")
  }

  private func append(_ settings: [(String, String)]) async throws {
    let own = [
      ("listen_addresses", "127.0.0.1"), ("port", String(port)), ("unix_socket_directories", socketFolder),
    ]
    let lines = (own + settings).map { "\($0.0) = '\($0.1)'\n" }.joined()
    try await PostgresPrograms.runAsOwner(["/bin/sh", "-c", "cat >> \(data)/postgresql.conf"], input: "\n" + lines)
  }

  private func replace(_ file: String, _ text: String) async throws {
    try await PostgresPrograms.runAsOwner(["/bin/sh", "-c", "cat > \(data)/\(file)"], input: text + "\n")
  }

  // MARK: Certificates

  /// The files with which a server of the TLS variant is met.
  public struct Certificates: Sendable {
    /// The authority that signed the server's certificate, which is for the name `localhost`.
    public let authority: String
    /// An authority that signed nothing here.
    public let stranger: String
    /// The certificate of the role `certified`, which the server lets in by it alone; `newRole(named:)` makes the role.
    public let client: String
    /// The key of that certificate.
    public let clientKey: String
    /// A certificate for the role `certified` by the authority that the server does not know.
    public let forged: String
    /// The key of that certificate.
    public let forgedKey: String
  }

  /// The files of the TLS variant.
  public var certificates: Certificates {
    Certificates(
      authority: path("authority.pem"), stranger: path("stranger.pem"), client: path("client.pem"),
      clientKey: path("client.key"), forged: path("forged.pem"), forgedKey: path("forged.key"))
  }

  private func path(_ name: String) -> String { folder + "/" + name }

  private func makeCertificates() async throws {
    try await certify("authority", name: "authority")
    try await certify("stranger", name: "stranger")
    try await certify("server", name: "localhost", by: "authority")
    try await certify("client", name: "certified", by: "authority")
    try await certify("forged", name: "certified", by: "stranger")
  }

  private func certify(_ file: String, name: String, by authority: String? = nil) async throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else {
      throw PostgresFixtureFailure("install the package openssl to run the TLS tests")
    }
    var words = [
      "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days", "2", "-subj", "/CN=\(name)", "-keyout", path(file + ".key"), "-out", path(file + ".pem"),
    ]
    if let authority {
      words += [
        "-CA", path(authority + ".pem"), "-CAkey", path(authority + ".key"), "-addext", "basicConstraints=CA:FALSE",
        "-addext", "subjectAltName=DNS:\(name)",
      ]
    }
    try await PostgresPrograms.runAsOwner(words)
  }
}
