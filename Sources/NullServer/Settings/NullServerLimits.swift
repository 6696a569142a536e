/// Sizes and numbers that the null server keeps to.
public enum NullServerLimits {
  /// Most workers.
  public static let workers = 64
  /// Most connections of one worker.
  public static let connectionsAWorker = 65_536
  /// Longest row that `repeat('x', n)` gives, in bytes.
  public static let rowBytes = 64 << 20
  /// Longest message of a client, in bytes, its length field included: one that doesn't come in one piece is kept until it is whole.
  public static let messageBytes = 64 << 20
  /// Most answers of one connection that wait because the client doesn't read, in bytes; with more it is ended. Rows of
  /// `repeat` don't count, since they take no memory.
  public static let unsentBytes = 16 << 20
  /// Most statements that one connection keeps under names.
  public static let statements = 10_000
  /// Most named portals of one connection.
  public static let portals = 1_000
  /// Most settings that one connection changes.
  public static let settings = 256
  /// Longest time that answers can be held or delayed.
  public static let longestWait = Duration.seconds(60)

  /// How long a TLS session may be resumed.
  static let ticketLifetime = Duration.seconds(3600)
  /// Fills up to this size are written among the other bytes; longer ones are sent from a page of their own.
  static let smallFillBytes = 4_096
  /// Size of that page.
  static let fillPageBytes = 1 << 20
  /// Size of a chunk of answers.
  static let chunkBytes = 256 << 10
  /// Chunks that are kept when they are empty.
  static let keptChunks = 16
  /// Most pieces that one send takes together.
  static let piecesASend = 8
  /// How much is encrypted at a time of what waits.
  static let encryptedAtOnceBytes = 256 << 10
  /// Messages that came in parts are put together in memory that is given back when it has grown to more than this.
  static let keptPartBytes = 16 << 10
  /// How long a worker accepts nobody when descriptors have run out, in nanoseconds.
  static let acceptPauseNanoseconds: UInt64 = 10_000_000
  /// How often a receive is begun anew while a send waits for room, in nanoseconds.
  static let receiveRenewalNanoseconds: UInt64 = 50_000_000
  /// In how long pieces a worker sleeps through a stall, so that it can be stopped meanwhile, in nanoseconds.
  static let stallNapNanoseconds: UInt64 = 20_000_000
  /// Connections that wait to be accepted; the kernel caps it at `net.core.somaxconn`.
  static let backlog: Int32 = 4_096
}
