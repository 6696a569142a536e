import AdminConsole
import ConfigurationFile
import DataPlane
import FoundationEssentials

/// What RELOAD of the admin console does: it reads the file that the router was started with, and all files that it names.
///
/// Who may use the console, and their verifiers, take effect at once. What else has changed since the start is told with its line: it needs a restart.
struct AdminReloading: Sendable {
  /// What takes effect without a restart.
  private static let changeable: Set<String> = [
    "admin.users", "admin.statsUsers", "admin.verifierFile",
  ]

  private let path: String
  /// The file as it was at the start.
  private let before: String
  /// How users prove who they are, since the start.
  private let isTrusting: Bool?

  init(_ file: RouterFile) {
    path = file.path
    before = file.text
    isTrusting = file.settings.admin?.access.isTrusting
  }

  func run() -> AdminReload {
    do throws(ConfigurationError) {
      let file = try RouterFile.load(path)
      guard let admin = file.settings.admin else {
        throw ConfigurationError(
          path: path, line: nil, text: "admin: is missing; the console can't be closed by RELOAD")
      }
      let changes = ConfigurationChanges.between(before, file.text)
        .filter { change in
          !Self.changeable.contains { change.field == $0 || change.field.hasPrefix($0 + "[") }
        }
      // The address that it was checked with may not be the one that is listened at.
      guard admin.access.isTrusting == isTrusting else {
        throw ConfigurationError(
          path: path, line: changes.first { $0.field == "admin.authentication" }?.line,
          text: "admin.authentication: can't be changed by RELOAD; restart the router")
      }
      return .taken(
        admin.access,
        notices: changes.map { change in
          "\(path)\(change.line.map { ":\($0)" } ?? ""): \(change.field): needs a restart"
        })
    } catch {
      return .refused("\(error)")
    }
  }
}
