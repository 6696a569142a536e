internal import Glibc

extension Fleet {
  /// A launch of one of PostgreSQL's own client programs, such as `psql` or `pgbench`.
  ///
  /// With the fleet's folder as home, so that a person's `.psqlrc`, passwords and certificates
  /// play no part.
  public func launch(
    _ program: String, _ arguments: [String], environment: [String: String] = [:]
  ) -> Launch {
    var all = Launch.plainEnvironment
    all["HOME"] = path
    all["PGCONNECT_TIMEOUT"] = "60"
    all.merge(environment) { $1 }
    return Launch(programs[program], arguments, environment: all)
  }

  /// A launch of `psql` that prints bare values, stops at the first error, and reads `script`.
  public func psql(
    _ script: String, at conninfo: Conninfo, environment: [String: String] = [:]
  ) -> Launch {
    var launch = launch(
      "psql",
      [
        "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose",
        "-d", conninfo.text,
      ],
      environment: environment)
    launch.input = .text(script)
    return launch
  }

  /// Runs SQL with `psql`.
  ///
  /// - Returns: what it answered, fields parted by `|`, without the last newline.
  /// - Throws: `FleetError.command` with psql's message, `.cancelled`.
  public func query(
    _ statement: String, at conninfo: Conninfo
  ) async throws(FleetError) -> String {
    let output = try await Command.run(psql(statement, at: conninfo))
    return output.hasSuffix("\n") ? String(output.dropLast()) : output
  }

  /// Starts a program that stops, at the latest, with the fleet.
  ///
  /// It works in the fleet's folder, and its output goes to `logPath(of: name)` unless the launch
  /// says otherwise.
  /// - Parameters:
  ///   - launch: what to start.
  ///   - name: the name of its log; no two running programs may share one.
  ///   - asServer: as root, run it as the servers' account; some programs refuse to run as root.
  /// - Returns: the running process.
  /// - Throws: `FleetError.command`.
  public func start(
    _ launch: Launch, name: String, asServer: Bool = false
  ) throws(FleetError) -> ChildProcess {
    var launch = launch
    if case .captured = launch.output { launch.output = .appended(path: logPath(of: name)) }
    if case .captured = launch.error { launch.error = .appended(path: logPath(of: name)) }
    return try folder.start(launch, name: name, stopSignal: SIGTERM, asServer: asServer)
  }

  /// The log file of a server or of a program started with `start`.
  public func logPath(of name: String) -> String { folder.log(of: name) }

  /// Writes a file into the fleet's folder.
  ///
  /// - Returns: its path.
  public func write(_ text: String, to name: String) throws(FleetError) -> String {
    try folder.write(text, to: name)
    return folder[name]
  }
}
