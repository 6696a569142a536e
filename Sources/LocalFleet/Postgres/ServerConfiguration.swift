internal import Processes

/// The text of a server's configuration files.
enum ServerConfiguration {
  /// What is added to `postgresql.conf` of each server.
  ///
  /// Durability is off: the data of a local fleet is deleted with it, and starts fast without.
  static func settings(
    options: FleetOptions, certificate: SelfSignedCertificate, socketFolder: String
  )
    -> String
  {
    var lines = [
      "# Local fleet.",
      "listen_addresses = '127.0.0.1'",
      "unix_socket_directories = \(quoted(socketFolder))",
      "max_connections = \(options.maxConnections)",
      "shared_buffers = 32MB",
      "fsync = off",
      "full_page_writes = off",
      "wal_level = logical",
      "max_wal_senders = 10",
      "max_replication_slots = 10",
      // Else a checkpoint may remove what a copy that has just begun, or a replica that was away, needs.
      "wal_keep_size = '64MB'",
      // A standby takes 0.4 s instead of 5 s to follow after an interruption.
      "wal_retrieve_retry_interval = '200ms'",
      "hot_standby = on",
      "password_encryption = 'scram-sha-256'",
      "ssl = on",
      "ssl_cert_file = \(quoted(certificate.certificatePath))",
      "ssl_key_file = \(quoted(certificate.keyPath))",
      "log_line_prefix = '%m [%p] %d '",
    ]
    for (name, value) in options.settings.sorted(by: { $0.key < $1.key }) {
      lines.append("\(name) = \(quoted(value))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// `pg_hba.conf`: who may connect, and how they prove who they are.
  ///
  /// Roles without a password can be used by any program on this machine, which is what a
  /// throw-away fleet on loopback is for. The superuser comes by the Unix socket only, in a
  /// folder that nobody else can enter.
  static let clientAuthentication = """
    local all all trust
    local replication all trust
    host all +\(FleetRole.password) 127.0.0.1/32 scram-sha-256
    host all \(FleetRole.application) 127.0.0.1/32 trust
    host all \(FleetRole.router) 127.0.0.1/32 trust
    host all,replication \(FleetRole.replication) 127.0.0.1/32 trust

    """

  /// Roles of every shard, and a database for each of its tenants.
  static func contents(tenants: [FleetTenant]) -> String {
    let application = FleetRole.application
    var statements = [
      "CREATE ROLE \(application) LOGIN",
      "CREATE ROLE \(FleetRole.password) LOGIN PASSWORD '\(FleetRole.passwordText)'"
        + " IN ROLE \(application)",
      "CREATE ROLE \(FleetRole.replication) LOGIN REPLICATION",
      "CREATE ROLE \(FleetRole.router) LOGIN IN ROLE pg_monitor",
      verifierFunction,
      "REVOKE EXECUTE ON FUNCTION app_verifier FROM PUBLIC",
      "GRANT EXECUTE ON FUNCTION app_verifier TO \(FleetRole.router)",
    ]
    statements += tenants.map { "CREATE DATABASE \"\($0.database)\" OWNER \(application)" }
    return statements.map { $0 + ";\n" }.joined()
  }

  /// Gives the verifier of a role that may log in, and of no superuser.
  private static let verifierFunction = """
    CREATE FUNCTION app_verifier(name text) RETURNS TABLE (role text, verifier text)
      LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
      AS $$ SELECT rolname, rolpassword FROM pg_authid
        WHERE rolname = $1 AND rolcanlogin AND NOT rolsuper $$
    """

  /// A value as the configuration files read it.
  private static func quoted(_ value: String) -> String {
    "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
      + "'"
  }
}
