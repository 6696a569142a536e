/// The sizes that bound what a worker holds for its sessions.
public enum RelayLimits {
  /// Received slices that may wait in one direction of a session before further ones are copied out.
  public static let slicesALane = 4
  /// Bytes of one overflow block. A direction whose receiver is slow keeps its bytes in such blocks, and streams through one.
  public static let blockBytes = 128 * 1024
  /// Bytes of one block of what clients have sent that wait for a server: most send a short query.
  public static let unreadBlockBytes = 4 * 1024
  /// Bytes that a client may have sent while it waits for a server; then no more is received.
  public static let unreadBytes = 64 * 1024
  /// Bytes a session may use before it is routed: a startup packet or a ClientHello, and what follows it.
  public static let loginBytes = 20 * 1024
}
