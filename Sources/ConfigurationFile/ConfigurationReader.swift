internal import FoundationEssentials
internal import Yams

/// A configuration file as it is written: what a program decodes before it checks the values.
public protocol ConfigurationYAML: Decodable {
  /// What each mapping may hold, by the mapping's path without list positions: `""` is the file
  /// itself, `"listeners"` an entry of that list, `"tls.client"` a mapping in a mapping.
  ///
  /// A misspelt key is a fault, not a default. Where keys are names of the file's own, the set
  /// holds `"*"`, and any will do.
  static var knownKeys: [String: Set<String>] { get }
}

/// Reads configuration files; whatever is wrong is said with its line.
public enum ConfigurationReader {
  /// Reads the YAML file at `path` and returns what `check` makes of it.
  ///
  /// `check` names the first field that can't be right; the reader adds the line.
  public static func load<YAML: ConfigurationYAML, Checked>(
    _ path: String, as yaml: YAML.Type, check: (YAML) throws(FieldError) -> Checked
  ) throws(ConfigurationError) -> Checked {
    var text = ""
    return try load(path, as: yaml, text: &text, check: check)
  }

  /// The same, and gives the file's text: what ``ConfigurationChanges`` compares later.
  public static func load<YAML: ConfigurationYAML, Checked>(
    _ path: String, as yaml: YAML.Type, text read: inout String,
    check: (YAML) throws(FieldError) -> Checked
  ) throws(ConfigurationError) -> Checked {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ConfigurationError(
        path: path, line: nil, text: "can't be read: check that it exists and is UTF-8 text")
    }
    read = text
    return try self.read(text, at: path, as: yaml, check: check)
  }

  /// The same for text that was read already; `path` is for errors.
  public static func read<YAML: ConfigurationYAML, Checked>(
    _ text: String, at path: String, as yaml: YAML.Type,
    check: (YAML) throws(FieldError) -> Checked
  ) throws(ConfigurationError) -> Checked {
    let lines = YAMLLines(text)
    do throws(FieldError) {
      let decoded = try decode(text, as: yaml)
      try KnownKeys(YAML.knownKeys).check(lines.root)
      return try check(decoded)
    } catch {
      throw ConfigurationError(
        path: path, line: lines.line(of: error.field), text: "\(error)")
    }
  }

  /// A fault that was found later in a file that was read: with the line of the field.
  public static func error(
    _ path: String, _ text: String, _ field: String, _ fault: String
  ) -> ConfigurationError {
    ConfigurationError(
      path: path, line: YAMLLines(text).line(of: field),
      text: "\(FieldError(field, fault))")
  }

  private static func decode<YAML: ConfigurationYAML>(
    _ text: String, as yaml: YAML.Type
  ) throws(FieldError) -> YAML {
    do {
      return try YAMLDecoder().decode(yaml, from: text)
    } catch let error as DecodingError {
      throw FieldError(error)
    } catch {
      throw FieldError("", "\(error)")
    }
  }
}
