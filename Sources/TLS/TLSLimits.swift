/// Sizes of what this module does at a time.
public enum TLSLimits {
  /// Most plaintext in one record, in bytes (RFC 8446 section 5.1).
  ///
  /// Both directions work in pieces of this size, so that a connection's buffers stay that small however
  /// much is given at once.
  public static let recordBytes = 16_384
  /// Longest name of an application protocol, in bytes (RFC 7301 section 3.1).
  public static let protocolNameBytes = 255
}
