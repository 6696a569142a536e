import DataPlane
import Logging
import Privileges

extension RouterYAML {
  /// The settings that only the program has to do with, as they are shown beside the data plane's: of secrets, where they are.
  func programSettings(of file: RouterFile) -> [SettingInForce] {
    let rest = [
      SettingInForce(
        key: "reload.onFileChange", value: "\(file.watchesFiles)", standard: "true"),
      SettingInForce(
        key: "ring.without", value: ring?.without?.joined(separator: ", "), standard: nil),
    ]
    return paths + service(file) + logging(file.log) + rest
  }

  /// Where secrets are.
  private var paths: [SettingInForce] {
    [
      SettingInForce(key: "probes.passwordFile", value: probes?.passwordFile, standard: nil),
      SettingInForce(
        key: "pooling.authQuery.passwordFile", value: pooling?.authQuery?.passwordFile,
        standard: nil),
      SettingInForce(key: "pooling.mockSecretFile", value: pooling?.mockSecretFile, standard: nil),
      SettingInForce(key: "admin.verifierFile", value: admin?.verifierFile, standard: nil),
    ]
  }

  private func service(_ file: RouterFile) -> [SettingInForce] {
    let standard = SecuritySettings()
    return [
      SettingInForce(key: "health.http", value: health?.http, standard: nil),
      SettingInForce(key: "health.tcp", value: health?.tcp, standard: nil),
      SettingInForce(key: "security.user", value: security?.user, standard: nil),
      SettingInForce(key: "security.group", value: security?.group, standard: nil),
      SettingInForce(
        key: "security.seccomp", value: file.security?.filter.rawValue,
        standard: standard.filter.rawValue),
    ]
  }

  private func logging(_ settings: LogSettings) -> [SettingInForce] {
    let standard = LogSettings()
    return [
      SettingInForce(
        key: "log.level", value: settings.level.rawValue, standard: standard.level.rawValue),
      SettingInForce(
        key: "log.format", value: settings.format.rawValue, standard: standard.format.rawValue),
      SettingInForce(
        key: "log.perCauseASecond", value: "\(settings.perCauseASecond)",
        standard: "\(standard.perCauseASecond)"),
    ]
  }
}
