public import ConfigurationFile

/// Reads a scenario's file. Whatever can't be run is refused here, with its line, before anything
/// starts.
///
/// `Config/scenarios/reference.yaml` explains every setting.
public enum ScenarioFile {
  /// Reads a file, and the SQL files it names: paths in it are relative to its folder.
  public static func load(_ path: String) throws(ConfigurationError) -> Scenario {
    let folder = ScenarioFolder(of: path)
    return try ConfigurationReader.load(path, as: ScenarioYAML.self) { (yaml) throws(FieldError) in
      try yaml.checked(in: folder)
    }
  }

  /// Reads a file's text; `path` is for errors, and for the folder that paths are relative to.
  public static func read(
    _ text: String, at path: String
  ) throws(ConfigurationError) -> Scenario {
    let folder = ScenarioFolder(of: path)
    return try ConfigurationReader.read(text, at: path, as: ScenarioYAML.self) {
      (yaml) throws(FieldError) in
      try yaml.checked(in: folder)
    }
  }
}

extension ScenarioFile {
  /// The names of all settings, whatever section they are in, in alphabetical order.
  static var settings: [String] {
    Set(ScenarioYAML.knownKeys.values.joined()).subtracting(["*"]).sorted()
  }
}
