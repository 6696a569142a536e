import Console

/// What this program is called.
enum RouterProgram {
  /// As programs read it: metrics and the HTTP API.
  static let version = Release.version
  /// As `SHOW VERSION` of the admin console tells it.
  static let nameAndVersion = "Shardway \(version)"
}
