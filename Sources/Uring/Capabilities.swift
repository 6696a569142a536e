/// What the running kernel's io_uring can do, beyond what Linux 5.19 has anyway.
///
/// Linux 5.19 is the floor: provided buffer rings, multishot accept, cancel by descriptor, `MSG_RING`, `COOP_TASKRUN`.
public struct Capabilities: Sendable, Equatable {
  /// A feature with a fallback.
  public enum Feature: String, CaseIterable, Sendable {
    /// One submitter a ring, told to the kernel (Linux 6.0).
    case singleIssuer = "single-issuer"
    /// Completion work runs when the worker asks for it (Linux 6.1).
    case deferTaskRun = "defer-taskrun"
    /// One receive submission serves until it is cancelled (Linux 6.0).
    case multishotReceive = "multishot-receive"
    /// Many receives share one provided buffer (Linux 6.12).
    case incrementalBuffers = "incremental-buffers"
    /// A futex word can be waited for on the ring (Linux 6.7).
    case futexWait = "futex-wait"

    /// The first kernel that has it.
    public var since: String {
      switch self {
      case .singleIssuer, .multishotReceive: "6.0"
      case .deferTaskRun: "6.1"
      case .incrementalBuffers: "6.12"
      case .futexWait: "6.7"
      }
    }

    /// What is done on a kernel that lacks it.
    public var fallback: String {
      switch self {
      case .singleIssuer: "the kernel locks the ring"
      case .deferTaskRun: "cooperative task running"
      case .multishotReceive: "one submission a receive"
      case .incrementalBuffers: "one provided buffer a receive"
      case .futexWait: "idle workers look at their mailbox on a timer"
      }
    }
  }

  /// The kernel's release, as `uname -r` prints it.
  public let kernelRelease: String
  /// The features that were tried and worked.
  public let features: Set<Feature>

  init(kernelRelease: String, features: Set<Feature>) {
    self.kernelRelease = kernelRelease
    self.features = features
  }

  /// Whether a feature can be used.
  public func has(_ feature: Feature) -> Bool { features.contains(feature) }

  /// The same, with some features left unused: a way around a kernel's bug, and how the fallbacks are tested.
  public func without(_ unwanted: Set<Feature>) -> Capabilities {
    Capabilities(kernelRelease: kernelRelease, features: features.subtracting(unwanted))
  }
}
