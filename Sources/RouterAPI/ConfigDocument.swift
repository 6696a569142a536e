/// `GET /api/v1/config`: the settings in force, without secrets.
public struct ConfigDocument: Codable, Sendable, Equatable {
  /// In the order of the configuration file.
  public var settings: [Setting]

  /// A list of settings.
  public init(settings: [Setting]) { self.settings = settings }

  /// One setting.
  public struct Setting: Codable, Sendable, Equatable {
    /// Its path in the file, such as `timeouts.login`.
    public var key: String
    /// What is in force; nil where it is not set.
    public var value: String?
    /// What holds where nothing is said.
    public var standard: String?
    /// Whether it takes a reload of the configuration to change, and not a restart.
    public var isReloadable: Bool

    /// A setting from its parts.
    public init(key: String, value: String?, standard: String?, isReloadable: Bool) {
      self.key = key
      self.value = value
      self.standard = standard
      self.isReloadable = isReloadable
    }
  }
}
