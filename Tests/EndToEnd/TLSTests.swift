import Foundation
import LocalFleet
import MapDocument
import Testing
import Wire

/// Encryption end to end: the router reads the server name and passes the rest on unopened.
@Suite struct TLSTests {
  @Test func `psql verifies the tenant's server through the router`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    for tenant in fleet.tenants {
      let answer = try await fleet.query(
        """
        SELECT current_setting('cluster_name'), current_database(), ssl
          FROM pg_stat_ssl WHERE pid = pg_backend_pid()
        """, at: router.conninfo(to: tenant, by: .serverName))
      #expect(try answer == "\(fleet.primary(of: tenant).instance)|\(tenant.database)|t")
    }
  }

  @Test func `a server name of no tenant is refused`() async throws {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = router.conninfo(to: fleet.tenants[0], by: .serverName)
      .with("host", "nobody\(RouterOptions.serverNameSuffix)").with("sslmode", "require")
    let result = try await Command.result(of: fleet.psql("SELECT 1", at: conninfo))
    #expect(!result.status.isSuccess)
    #expect(result.errorOutput.contains("unrecognized name"), "\(result.errorOutput)")
  }

  @Test func `a client without encryption is told what this address takes`() async throws {
    let client = try WireClient(port: await World.router.tlsPort)
    try client.start(["user": "app", "database": "acme"])
    let error = try await client.error()
    #expect(error.sqlState == .connectionRejected)
    #expect(error.hint?.contains("sslmode") == true)
  }

  @Test func `the listener for PostgreSQL declines encryption and goes on in the clear`()
    async throws
  {
    let (fleet, router) = (try await World.fleet, try await World.router)
    let conninfo = router.conninfo(to: fleet.tenants[0])
    #expect(try await fleet.query("SELECT 1", at: conninfo.with("sslmode", "prefer")) == "1")
    let result = try await Command.result(
      of: fleet.psql("SELECT 1", at: conninfo.with("sslmode", "require")))
    #expect(result.errorOutput.contains("server does not support SSL"))
  }

  @Test func `TLS without an SSLRequest is routed by its server name, too`() async throws {
    // PostgreSQL 15 knows no direct TLS, so a TLS echo server stands in for the primary.
    try await withFleet(.small) { fleet in
      let echo = try await EchoServer(in: fleet)
      var document = fleet.mapDocument
      document.topology.instances[0].address = "127.0.0.1:\(echo.port)"
      try fleet.publish(document)
      let router = try await fleet.startRouter(World.routerOptions(workers: 1))
      var client = Launch(
        "openssl",
        [
          "s_client", "-quiet", "-verify_return_error", "-CAfile", fleet.certificatePath,
          "-verify_hostname", "acme\(RouterOptions.serverNameSuffix)",
          "-servername", "acme\(RouterOptions.serverNameSuffix)",
          "-connect", "127.0.0.1:\(router.tlsPort)",
        ])
      client.input = .pipe
      let process = try ChildProcess(client)
      defer { process.signal(SIGKILL) }
      process.write("stressed\n")
      try await eventually("the line, reversed") { process.output.contains("desserts\n") }
    }
  }
}

/// `openssl s_server` that answers each line with its letters in reverse.
private struct EchoServer {
  let port: UInt16

  /// Starts it, on another port when somebody else has just taken its own.
  init(in fleet: Fleet) async throws {
    for attempt in 1...3 {
      let port = try LoopbackPort.free()
      let name = "echo-\(attempt)"
      let process = try fleet.start(
        Launch(
          "openssl",
          [
            "s_server", "-rev", "-accept", "127.0.0.1:\(port)",
            "-cert", fleet.certificatePath, "-key", fleet.keyPath,
          ]), name: name, asServer: true)
      func log() -> String {
        (try? String(contentsOfFile: fleet.logPath(of: name), encoding: .utf8)) ?? ""
      }
      try await eventually("an echo server that listens, or has ended") {
        log().contains("ACCEPT") || !process.isRunning
      }
      if log().contains("ACCEPT") {
        self.port = port
        return
      }
    }
    throw Missing(what: "a port for an echo server")
  }
}
