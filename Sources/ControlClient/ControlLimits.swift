/// The limits of a client of the control plane.
public enum ControlLimits {
  /// How long a connection may take, TLS included.
  public static let connect: Duration = .seconds(5)
  /// How long a request may take, its answer included; a snapshot has ``snapshot``.
  public static let request: Duration = .seconds(30)
  /// How long a snapshot may take.
  public static let snapshot: Duration = .seconds(300)
  /// How long a stream of events may be silent: four of the server's heartbeats.
  public static let eventSilence: Duration = .seconds(60)
  /// How often a request is sent at most, the first time included.
  public static let attempts = 4
  /// The longest pause before the second attempt; it doubles with each further one.
  public static let firstPause: Duration = .milliseconds(100)
  /// The longest pause between two attempts, also where the server asks for a longer one.
  public static let longestPause: Duration = .seconds(5)
  /// Bytes of an answer other than a snapshot.
  public static let answerBytes = 32 << 20
  /// Bytes of a compressed snapshot.
  public static let snapshotBytes = 1 << 30
  /// Bytes of one server-sent event.
  public static let eventBytes = 64 << 10
  /// Bytes of a token file.
  public static let tokenBytes = 4096
  /// Resources asked for at a time.
  public static let page = 500
  /// Changes in one transaction.
  public static let changes = 10_000
}
