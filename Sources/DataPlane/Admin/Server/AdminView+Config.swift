/// `SHOW CONFIG`: key, value, default, and whether RELOAD changes it.
extension AdminView {
  func configRows() -> [[String?]] {
    context.configuration.settingsInForce.map {
      [$0.key, $0.value, $0.standard, $0.isReloadable ? "yes" : "no"]
    }
  }
}
