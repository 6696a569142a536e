import Foundation
import LocalFleet
import Testing

/// A program of `Drivers/` that checks one driver, and prints `ok NAME` or `FAILED NAME: why` for each of its checks.
enum DriverProgram: String, CaseIterable, CustomTestStringConvertible {
  /// psycopg 3 with the newest libpq, which its wheel brings.
  case psycopg
  /// psycopg 3 with this machine's libpq, which closes prepared statements by SQL.
  case psycopgOnSystemLibpq
  case asyncpg
  case jdbc

  /// How long all checks of one program may take.
  static let patience: Duration = .seconds(240)

  var testDescription: String { rawValue }

  /// Whether all is there that it takes.
  var isInstalled: Bool {
    requirements.allSatisfy { FileManager.default.fileExists(atPath: $0) }
  }

  /// What it takes, in words that a person can look for.
  var requirements: [String] {
    switch self {
    case .jdbc: [Self.java, Self.jdbcDriver]
    case .psycopg, .psycopgOnSystemLibpq, .asyncpg: [Self.python, Self.pythonStamp]
    }
  }

  /// The names of its checks, from its text: one that isn't run is missed.
  var checks: [String] {
    get throws {
      let text = try String(contentsOf: file, encoding: .utf8)
      return text.matches(of: /\bcheck\("([^"]+)"/).map { String($0.1) }
    }
  }

  /// What starts it.
  var launch: Launch {
    var launch =
      switch self {
      case .jdbc: Launch(Self.java, ["-cp", Self.jdbcDriver, file.path])
      case .psycopg, .psycopgOnSystemLibpq, .asyncpg: Launch(Self.python, ["-B", file.path])
      }
    if self == .psycopgOnSystemLibpq { launch.environment["PSYCOPG_IMPL"] = "python" }
    return launch
  }

  private var file: URL {
    let name =
      switch self {
      case .psycopg, .psycopgOnSystemLibpq: "psycopg_checks.py"
      case .asyncpg: "asyncpg_checks.py"
      case .jdbc: "JDBCChecks.java"
      }
    return Self.folder.appendingPathComponent(name)
  }

  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Drivers")
  /// Where `Tools/setup --drivers` puts what PyPI has.
  private static let environment = folder.appendingPathComponent("../../../.build/drivers")
    .standardizedFileURL.path
  private static let python = "\(environment)/bin/python"
  /// Written when all was installed.
  private static let pythonStamp = "\(environment)/requirements.txt"
  private static let java = "/usr/bin/java"
  private static let jdbcDriver = "/usr/share/java/postgresql.jar"
}

/// What a program said of each of its checks.
struct DriverReport {
  /// By the check's name; "ok", or why not.
  var outcomes: [String: String] = [:]
  /// All that it said, for messages.
  var text: String

  /// Runs a program against a router.
  ///
  /// - Throws: `FleetError.command` when it can't be started.
  init(
    of program: DriverProgram, _ pooling: DriverTests.Pooling, tenant: FleetTenant,
    through router: LocalRouter
  ) async throws {
    var launch = program.launch
    launch.environment.merge([
      "SHARDWAY_PORT": "\(router.postgresPort)", "SHARDWAY_USER": FleetRole.password,
      "SHARDWAY_PASSWORD": FleetRole.passwordText, "SHARDWAY_TENANT": tenant.id,
      "SHARDWAY_DATABASE": tenant.database, "SHARDWAY_POOLING": pooling.rawValue,
      "SHARDWAY_SERVERS": "\(FleetPooling().serversPerPool)",
      "SHARDWAY_PREFIX": "\(program.rawValue.lowercased())_\(pooling.rawValue)_",
    ]) { $1 }
    let process = try ChildProcess(launch)
    if await process.wait(upTo: DriverProgram.patience) == nil {
      process.signalGroup(SIGKILL)
      _ = await process.wait()
    }
    text = process.output + process.errorOutput
    for line in process.output.split(separator: "\n") {
      if let name = line.firstMatch(of: /^ok (.+)$/)?.1 { outcomes[String(name)] = "ok" }
      if let failed = line.firstMatch(of: /^FAILED ([^:]+): (.*)$/) {
        outcomes[String(failed.1)] = String(failed.2)
      }
    }
  }
}
