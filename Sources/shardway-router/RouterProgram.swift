/// What this program is called.
enum RouterProgram {
  /// As `SHOW VERSION` of the admin console tells it.
  static let nameAndVersion = "Shardway"
}
