extension ConfigurationKeeper {
  /// How the configuration came into force, under `configuration`, and then the settings in force in the order of its file. No secret is among
  /// them.
  public var settingsInForce: [SettingInForce] {
    let edition = self.edition
    let reloadable = ReloadableFields(from: edition.settings, to: edition.settings)
    let story = [
      SettingInForce("configuration.version", "\(edition.version)", "1"),
      SettingInForce("configuration.reloads", "\(edition.version - 1)", "0"),
      SettingInForce("configuration.reloadsRefused", "\(refusedCount)", "0"),
      SettingInForce("configuration.lastRefusal", lastRefusal, nil),
    ]
    var shown = edition.settings.shown
    for place in shown.indices {
      shown[place].isReloadable = reloadable.contains(shown[place].key)
    }
    return story + shown
  }
}
