/// Numbers of a takeover: how a router hands its sockets and clients to the process that takes its place.
enum TakeoverLimits {
  /// The version of the messages. A process refuses another's; fields that it doesn't know it leaves out.
  static let version: UInt16 = 1
  /// Bytes of one message, its header included.
  static let messageBytes = 8 << 20
  /// Bytes that a client's state may take: one with more prepared statements stays where it is.
  static let clientBytes = 4 << 20
  /// Sockets that listen, of all kinds together.
  static let sockets = 8_192
  /// Clients of one worker that are on their way and not yet answered for, or about to be. So many at most wait, unserved,
  /// for the new process.
  static let clientsUnderWay = 64
  /// Sessions that a worker looks at in one turn, to see whether they can go.
  static let sessionsATurn = 256
  /// Time between two looks at the sessions that are left.
  static let look: Duration = .milliseconds(10)
  /// How long each of the two waits for the other's next message, in milliseconds, but for the word that the new
  /// process is ready.
  static let answerMilliseconds: Int32 = 10_000
  /// How long a send waits for the other process to read, in seconds.
  static let sendSeconds = 30
  /// How long the new process may take to open its map and start its workers, in milliseconds.
  static let startMilliseconds: Int32 = 120_000
}
