import ConfigurationFile
import DataPlane
import RouterHTTP
import Uring

/// The configuration file, read and checked.
struct RouterFile {
  var settings: RouterSettings
  let log: LogSettings
  /// Kernel features to do without.
  let unusedFeatures: Set<Capabilities.Feature>
  /// Where others ask how the router is; nil where nobody does.
  var health: HealthAddresses?
  /// What the router gives up of its rights; nil where it keeps all but that of getting more.
  var security: SecuritySettings?
  /// Whether the secret behind made-up verifiers was made up as well.
  var hasRandomSecret = false
  /// The other files that it names, which are read with it.
  var namedFiles: [String] = []
  /// Whether it is read again when it, or one of them, has changed.
  var watchesFiles = true
  /// Where it is, as it was named.
  var path = ""
  /// Its text.
  var text = ""

  /// What the command line says of the router's pool, which wins over the file.
  var override = PoolOverride()

  /// Reads a file; whatever is wrong is said with its line.
  static func load(
    _ path: String, _ override: PoolOverride = PoolOverride()
  ) throws(ConfigurationError) -> RouterFile {
    var text = ""
    var file = try ConfigurationReader.load(path, as: RouterYAML.self, text: &text) {
      (yaml) throws(FieldError) in try yaml.overridden(by: override).checked()
    }
    (file.path, file.text, file.override) = (path, text, override)
    return file
  }
}
