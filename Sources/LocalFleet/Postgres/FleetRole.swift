/// The roles that exist on every server of a fleet.
public enum FleetRole {
  /// Owns the tenants' databases; needs no password on loopback.
  public static let application = "app"
  /// A member of the application's role that proves itself by password (SCRAM-SHA-256).
  public static let password = "app_scram"
  /// The password of that role.
  public static let passwordText = "open sesame"
  /// The router's own: may ask for the verifiers of other roles, by a function, and look at the state of a server; needs no password on loopback.
  public static let router = "app_router"
  /// How it asks for a verifier.
  public static let verifierQuery = "SELECT * FROM app_verifier($1)"
  /// May open replication connections; needs no password on loopback.
  public static let replication = "app_replication"
  /// The superuser; only by a server's Unix socket.
  public static let superuser = "postgres"
}
