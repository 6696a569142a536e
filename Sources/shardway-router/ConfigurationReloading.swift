import AdminConsole
import ConfigurationFile
import DataPlane
import Synchronization

/// Reads the file again that the router was started with, and all files that it names: for SIGHUP, RELOAD of the admin console, and files that
/// have changed.
///
/// It changes nothing itself. What has changed in the file since the start and can't take effect is told with its line: it needs a restart.
final class ConfigurationReloading: Sendable {
  private let path: String
  private let override: PoolOverride
  /// The file as it was at the start.
  private let started: RouterFile
  private let newest: Mutex<RouterFile>

  init(_ file: RouterFile) {
    path = file.path
    override = file.override
    started = file
    newest = Mutex(file)
  }

  /// The file as it was when it was good last.
  var file: RouterFile { newest.withLock { $0 } }

  /// Reads and checks everything.
  func read() -> ConfigurationReading {
    do throws(ConfigurationError) {
      var file = try RouterFile.load(path, override)
      let changes = ConfigurationChanges.between(started.text, file.text)
      try checkConsole(file, changes)
      // One that is made up stays as it is: it has to give the same answers.
      if file.hasRandomSecret {
        file.settings.pooling.mockSecret = started.settings.pooling.mockSecret
      }
      newest.withLock { $0 = file }
      let reloadable = ReloadableFields(from: started.settings, to: file.settings)
      let notices = changes.filter { !reloadable.contains($0.field) }.map { change in
        "\(path)\(change.line.map { ":\($0)" } ?? ""): \(change.field): needs a restart"
      }
      return .good(file.settings, notices: notices)
    } catch {
      return .bad("\(error)")
    }
  }

  /// The console can't be closed, and its proofs can't be turned off: the address that the file was checked with may not be the one that is
  /// listened at.
  private func checkConsole(
    _ file: RouterFile, _ changes: [ConfigurationChanges.Change]
  ) throws(ConfigurationError) {
    guard let before = started.settings.admin?.access else { return }
    guard let access = file.settings.admin?.access else {
      throw ConfigurationError(
        path: path, line: nil, text: "admin: is missing; the console can't be closed by a reload")
    }
    guard access.isTrusting == before.isTrusting else {
      throw ConfigurationError(
        path: path, line: changes.first { $0.field == "admin.authentication" }?.line,
        text: "admin.authentication: can't be changed by a reload; restart the router")
    }
  }
}
