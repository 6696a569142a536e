/// What a layer that encrypts holds: nothing, once all sockets are closed.
public struct SecureAudit: Sendable, Equatable {
  /// Sockets that are encrypted, each with its stream; those included that the worker has closed and that still send.
  public var sockets = 0
  /// Handshakes under way.
  public var handshakes = 0
  /// Blocks of ciphertext on its way out.
  public var blocks = 0
  /// Pieces of plaintext that were received and not given back.
  public var plaintextSlices = 0
  /// The worker's operations on encrypted sockets that have not ended.
  public var operations = 0

  /// Names nothing.
  public init() {}

  /// Whether nothing is held.
  public var isEmpty: Bool { self == SecureAudit() }
}

extension SecureKernel where Base: ~Copyable {
  /// Counts what the layer holds: for tests.
  public var secured: SecureAudit {
    var audit = SecureAudit()
    audit.sockets = sockets.count
    audit.handshakes = handshakes.count
    audit.blocks = blocks.inUse
    audit.plaintextSlices = buffers.slicesHeld
    audit.operations = operations.count
    return audit
  }
}
