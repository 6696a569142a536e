/// Sizes of what this module does at a time, and how much it takes.
public enum TLSLimits {
  /// Most plaintext in one record, in bytes (RFC 8446 section 5.1).
  ///
  /// Both directions work in pieces of this size, so that a connection's buffers stay that small however
  /// much is given at once.
  public static let recordBytes = 16_384
  /// Longest name of an application protocol, in bytes (RFC 7301 section 3.1).
  public static let protocolNameBytes = 255
  /// Longest name of a server, in bytes (RFC 1035 section 2.3.4).
  public static let serverNameBytes = 255
  /// Largest file of certificates or of a key, in bytes.
  public static let fileBytes = 1 << 20
  /// How long a client resumes sessions until the server's certificate is checked anew, in seconds.
  public static let sessionSeconds = 3600
  /// Room that a connection keeps for ciphertext of one direction while there is none, in bytes.
  static let idleBytes = 4096
}
