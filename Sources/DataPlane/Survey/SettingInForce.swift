/// One setting, as it is shown to whoever asks what is in force.
public struct SettingInForce: Sendable, Equatable {
  /// Its path in the configuration, such as `timeouts.login`.
  public let key: String
  /// Its value; nil where it is not set. Never a secret.
  public let value: String?
  /// What holds where nothing is said.
  public let standard: String?
  /// Whether a reload changes it, and not only a restart.
  public internal(set) var isReloadable = false

  /// Names a setting. Whether a reload changes it is found out by who shows it.
  public init(key: String, value: String?, standard: String?) {
    self.key = key
    self.value = value
    self.standard = standard
  }
}

extension SettingInForce {
  /// A setting whose value is written as the file has it.
  init<Value: SettingValue>(_ key: String, _ value: Value?, _ standard: Value?) {
    self.init(key: key, value: value?.settingText, standard: standard?.settingText)
  }
}

/// What values of settings are.
protocol SettingValue {
  /// As it is written in the configuration file.
  var settingText: String { get }
}

extension String: SettingValue {
  var settingText: String { self }
}

extension Int: SettingValue {
  var settingText: String { "\(self)" }
}

extension Duration: SettingValue {
  /// In the largest unit that leaves nothing over: `15s`, `500ms`, `250us`. Nothing is rounded: to some settings zero means "off".
  var settingText: String {
    let nanoseconds = wholeNanoseconds
    if nanoseconds % 1_000_000_000 == 0 { return "\(nanoseconds / 1_000_000_000)s" }
    if nanoseconds % 1_000_000 == 0 { return "\(nanoseconds / 1_000_000)ms" }
    if nanoseconds % 1000 == 0 { return "\(nanoseconds / 1000)us" }
    return "\(nanoseconds)ns"
  }
}
