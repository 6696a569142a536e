import CLiburing
import Glibc

extension Capabilities {
  /// Tries each feature once on a small ring of its own.
  ///
  /// A version number proves nothing (distributions backport, containers filter), so the probe uses the features. Cost: about a millisecond.
  public static func probe() throws(RingError) -> Capabilities {
    let refused = shardway_io_uring_setup_errno(4)
    guard refused == 0 else { throw .diagnosing(setupErrno: refused) }
    var features: Set<Feature> = []
    if canSetUp(flags: UInt32(IORING_SETUP_SINGLE_ISSUER)) { features.insert(.singleIssuer) }
    if canSetUp(flags: UInt32(IORING_SETUP_SINGLE_ISSUER) | UInt32(IORING_SETUP_DEFER_TASKRUN)) {
      features.insert(.deferTaskRun)
    }
    let release = kernelRelease()
    guard canSetUp(flags: UInt32(IORING_SETUP_COOP_TASKRUN)) else {
      throw .kernelTooOld(release: release)
    }
    if knows(operation: Int32(SHARDWAY_OP_FUTEX_WAIT)) { features.insert(.futexWait) }
    if canRegisterBuffers(incremental: true) { features.insert(.incrementalBuffers) }
    guard canRegisterBuffers(incremental: false) else { throw .kernelTooOld(release: release) }
    if try canReceiveMultishot(release: release) {
      features.insert(.multishotReceive)
    }
    return Capabilities(kernelRelease: release, features: features)
  }

  private static func kernelRelease() -> String {
    firstLine(ofFile: "/proc/sys/kernel/osrelease") ?? "unknown"
  }

  private static func canSetUp(flags: UInt32) -> Bool {
    var ring = io_uring()
    guard io_uring_queue_init(4, &ring, flags) == 0 else { return false }
    io_uring_queue_exit(&ring)
    return true
  }

  private static func knows(operation: Int32) -> Bool {
    guard let probe = io_uring_get_probe() else { return false }
    defer { io_uring_free_probe(probe) }
    return io_uring_opcode_supported(probe, operation) != 0
  }

  private static func canRegisterBuffers(incremental: Bool) -> Bool {
    var ring = io_uring()
    guard io_uring_queue_init(4, &ring, 0) == 0 else { return false }
    defer { io_uring_queue_exit(&ring) }
    let shape = BufferRingShape(bufferCount: 2, bufferBytes: 4096)
    guard (try? ProvidedBuffers(ring: &ring, shape: shape, incremental: incremental)) != nil else {
      return false
    }
    return true
  }

  /// Receives one byte from a socket pair and looks whether the kernel goes on listening.
  private static func canReceiveMultishot(release: String) throws(RingError) -> Bool {
    let wanted = Capabilities(kernelRelease: release, features: [.multishotReceive])
    var ring = try Ring(
      RingConfiguration(
        submissionEntries: 4, completionEntries: 8,
        buffers: BufferRingShape(bufferCount: 2, bufferBytes: 4096), capabilities: wanted))
    var pair: [Int32] = [0, 0]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0 else { return false }
    defer { for end in pair { close(end) } }
    guard ring.receive(from: pair[0], token: 1), write(pair[1], "x", 1) == 1 else { return false }
    ring.submitAndWait(forNanoseconds: 100_000_000)
    return ring.nextCompletion().map { $0.result == 1 && $0.hasMore } ?? false
  }
}
