internal import LocalFleet

/// A proxy that the router is compared with: how it is configured and started.
struct Peer: Sendable {
  /// What becomes of a client's encryption.
  enum Encryption: String, Sendable, CaseIterable {
    /// It can't take part where clients encrypt.
    case none
    /// It passes the bytes on to the server.
    case passes
    /// It ends the encryption; the way to the server is in the clear.
    case ends
  }

  /// What differs from one setting to another.
  struct Setting: Sendable {
    var workload: Workload.Setting
    /// The port it is to listen on.
    var port: UInt16
    var serverPort: UInt16
    var database: String
    var user: String
    /// Processes that share the port.
    var processes: Int
    var certificatePath: String
    var keyPath: String
    /// A file for what it has to read besides its configuration, as PgBouncer's list of users.
    var usersPath: String

    /// Server connections that one process may open.
    var serversPerProcess: Int {
      let all =
        workload.pooling == .session
        ? ComparisonLimits.connections : ComparisonLimits.sharedServers
      return all / processes
    }
  }

  /// Its name in tables.
  var name: String
  var family: Contender.Family
  /// The program's path, or its name in `PATH`.
  var program: String
  /// Arguments that make it tell its version.
  var versionArguments: [String]
  /// Its arguments; `{configuration}` stands for the path of the configuration's file.
  var arguments: [String]
  var poolings: Set<Workload.Pooling>
  var encryption: Encryption
  /// Whether more processes of it can share one port and the load.
  var sharesPort = false
  /// Whether it is a variant for large rows, which the small ones need not be run with.
  var isForBulk = false
  /// Whether a prepared statement finds its server where clients share them.
  var preparesShared = true
  /// The text of its configuration.
  var configuration: @Sendable (Setting) -> String

  /// Whether it can take part in a setting at all.
  func takesPart(in setting: Workload.Setting) -> Bool {
    guard poolings.contains(setting.pooling) else { return false }
    switch setting.encryption {
    case .off: return true
    case .on: return encryption != .none
    // How to encrypt to servers is known of PgBouncer only.
    case .ends: return family == .pgbouncer
    // A proxy that knows TLS and not PostgreSQL; PgBouncer wants an SSLRequest (before 1.25).
    case .direct: return family == .haproxy
    }
  }

  /// What it says of its version; nil where the program is not there.
  func version() async throws(FleetError) -> String? {
    let launch = Launch("/bin/sh", ["-c", "command -v \"$0\"", program])
    guard try await Command.result(of: launch).status.isSuccess else { return nil }
    let result = try await Command.result(of: Launch(program, versionArguments))
    let words = (result.output + result.errorOutput).split { " \n".contains($0) }
    return words.first { $0.first?.isNumber ?? false && $0.contains(".") }.map(String.init) ?? "?"
  }
}
