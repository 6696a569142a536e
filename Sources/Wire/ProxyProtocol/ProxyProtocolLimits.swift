/// Limits of the PROXY protocol, version 2, as this module reads it.
public enum ProxyProtocolLimits {
  /// Longest header taken, in bytes, signature included.
  ///
  /// A network load balancer's have under 200; one with a client certificate in it takes more.
  @inlinable public static var headerBytes: Int { 4_096 }
}
