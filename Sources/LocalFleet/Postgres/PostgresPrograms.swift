internal import Foundation

/// The programs of the newest PostgreSQL on this machine.
public struct PostgresPrograms: Sendable {
  /// The folder of the programs, such as `/usr/lib/postgresql/15/bin`.
  public let folder: String

  /// Where Debian puts each major version.
  private static let root = "/usr/lib/postgresql"

  /// Finds the newest version of which both the server and `psql` are installed.
  ///
  /// - Throws: `FleetError.missingProgram`.
  public static func find() throws(FleetError) -> PostgresPrograms {
    let files = FileManager.default
    let versions = ((try? files.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
    for version in versions.sorted(by: >) {
      let folder = "\(root)/\(version)/bin"
      let isComplete = ["initdb", "postgres", "psql", "pg_basebackup"].allSatisfy {
        files.isExecutableFile(atPath: "\(folder)/\($0)")
      }
      if isComplete { return PostgresPrograms(folder: folder) }
    }
    throw .missingProgram(name: "PostgreSQL", searched: "\(root)/*/bin")
  }

  /// The path of a program.
  public subscript(_ name: String) -> String { "\(folder)/\(name)" }
}
