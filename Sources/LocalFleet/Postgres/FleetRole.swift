/// The roles that exist on every server of a fleet.
public enum FleetRole {
  /// Owns the tenants' databases; needs no password on loopback.
  public static let application = "app"
  /// A member of the application's role that proves itself by password (SCRAM-SHA-256).
  public static let password = "app_scram"
  /// The password of that role.
  public static let passwordText = "open sesame"
  /// May open replication connections; needs no password on loopback.
  public static let replication = "app_replication"
  /// The superuser; only by a server's Unix socket.
  public static let superuser = "postgres"
}
