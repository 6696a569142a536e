/// How a router is replaced by another process of it.
public enum RestartSettings {
  /// Bytes of the socket's path at most: those of a Unix socket's address, less what the name has while it is made.
  public static let longestPath = 92
  /// How long the sessions that can be handed over may take to come to the end of their transactions before the others are
  /// told to go.
  public static let patience: Duration = .seconds(30)
}
