/// Sizes of what a worker does for secured sockets.
enum SecureLimits {
  /// What one handshake under way takes: OpenSSL's state and buffers, and the hello, in bytes.
  static let handshakeBytes = 64 * 1024
  /// How long a handshake may take where only servers' connections are encrypted.
  static let handshakeTimeout: Duration = .seconds(10)
  /// What handshakes of one worker may take there, in bytes.
  static let handshakeMemoryBytes = 64 << 20
  /// What a secured socket takes when nothing is under way: what a session's memory is charged with, in bytes.
  static let bytesASocket = 24 * 1024
  /// Longest first flight of a client, in bytes.
  static let helloBytes = 20 * 1024
  /// Lines in which hellos wait, by server name: names that fall on one line share its turns.
  static let handshakeLines = 64
  /// Handshakes of one line that may have been answered and not be over; with more, it is crowded.
  static let unfinishedALine = 128
  /// More than an answer takes, in nanoseconds.
  static let longestAnswer: UInt64 = 10_000_000
  /// How long crowded lines rest after an answer, in times that it took: they get a quarter of a worker's time.
  static let crowdsRest: UInt64 = 3

  /// Ciphertext that is given to OpenSSL at a time, in bytes.
  static let pieceBytes = 16 * 1024
  /// Ciphertext that a socket may have received while nobody asks for its plaintext; then it receives no more, in bytes.
  static let backlogBytes = 64 * 1024
  /// Bytes of a block of ciphertext on its way out. A socket has one while its receiver is slow.
  static let blockBytes = 128 * 1024
  /// Plaintext that fits a block once it is encrypted: records have some bytes more.
  static let plaintextABlock = 120 * 1024
  /// Ciphertext on its way out with which a socket receives no more: what plaintext can make of it fits, in bytes.
  static let unsentBytes = 2 * blockBytes
  /// Blocks of one worker.
  static let blocks = 2048
  /// Blocks that stay allocated: as many as sockets send in one turn. Of a block that carries messages, only the first pages are real memory.
  static let blocksKept = 1024
  /// How long a receiver may take for a block while others have none.
  static let slow: Duration = .seconds(5)
  /// Time between two looks for such receivers.
  static let slowLook: Duration = .milliseconds(100)
  /// How long a closed socket may take to get rid of what it was given to send.
  static let closing: Duration = .seconds(2)
}
