import ConfigurationFile
import DataPlane
import Uring

/// The configuration file, read and checked.
struct RouterFile {
  let settings: RouterSettings
  let logLevel: String
  /// Kernel features to do without.
  let unusedFeatures: Set<Capabilities.Feature>

  /// Reads a file; whatever is wrong is said with its line.
  static func load(_ path: String) throws(ConfigurationError) -> RouterFile {
    try ConfigurationReader.load(path, as: RouterYAML.self) { (yaml) throws(FieldError) in
      try yaml.checked()
    }
  }
}
