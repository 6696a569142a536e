/// Numbers of the router's HTTP server.
public enum HTTPLimits {
  /// Connections at a time. One more waits to be accepted.
  public static let connections = 64
  /// Connections that the kernel holds until they are accepted.
  static let backlog = 128
  /// Without a request for so many seconds, a connection is closed.
  static let idleSeconds: Int64 = 60
  /// A client that has taken nothing of what it is sent for so many seconds is cut off.
  static let writeSeconds: Int64 = 10
  /// Bytes of one header, and of all headers of a request; and how many there may be.
  static let headerBytes = 8 << 10
  static let headers = 64
  /// How much nicer than the workers the server's thread is to others.
  static let niceness: Int32 = 5
  /// How long requests under way may go on when the server stops.
  static let stopSeconds: Int64 = 1
}
