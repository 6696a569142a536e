import ConfigurationFile
import DataPlane
import Uring

/// The configuration file, read and checked.
struct RouterFile {
  let settings: RouterSettings
  let logLevel: String
  /// Kernel features to do without.
  let unusedFeatures: Set<Capabilities.Feature>
  /// Where it is, as it was named.
  var path = ""
  /// Its text.
  var text = ""

  /// Reads a file; whatever is wrong is said with its line.
  static func load(_ path: String) throws(ConfigurationError) -> RouterFile {
    var text = ""
    var file = try ConfigurationReader.load(path, as: RouterYAML.self, text: &text) {
      (yaml) throws(FieldError) in try yaml.checked()
    }
    (file.path, file.text) = (path, text)
    return file
  }
}
