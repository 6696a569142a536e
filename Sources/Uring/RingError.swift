import Glibc

/// Why a ring could not be made. Each case reads as one sentence that says what to change.
public enum RingError: Error, Equatable, CustomStringConvertible {
  /// The kernel has no io_uring at all.
  case notInKernel
  /// The kernel has io_uring and is older than what the ring needs.
  case kernelTooOld(release: String)
  /// The administrator turned io_uring off.
  case disabledBySysctl(value: Int)
  /// A seccomp filter answers for the kernel.
  case blockedBySeccomp
  /// The user's locked-memory limit is used up.
  case lockedMemoryLimit
  /// No memory for buffers.
  case outOfMemory(bytes: Int)
  /// The kernel refused the buffer ring.
  case bufferRingRefused(errno: Int32)
  /// Any other answer of `io_uring_setup`.
  case setupFailed(errno: Int32)

  /// The oldest kernel the ring runs on.
  public static let oldestKernel = "5.19"

  /// One sentence for the operator.
  public var description: String {
    switch self {
    case .notInKernel:
      "this kernel has no io_uring (ENOSYS): run Linux \(Self.oldestKernel) or newer, built with CONFIG_IO_URING"
    case .kernelTooOld(let release):
      "Linux \(release) lacks provided buffer rings: run Linux \(Self.oldestKernel) or newer"
    case .disabledBySysctl(let value):
      "io_uring is turned off by the sysctl kernel.io_uring_disabled=\(value): set it to 0, or add this user's group to kernel.io_uring_group"
    case .blockedBySeccomp:
      "io_uring_setup is blocked by this container's seccomp profile: allow io_uring_setup, io_uring_enter and io_uring_register in it (Docker: --security-opt seccomp=PROFILE.json)"
    case .lockedMemoryLimit:
      "the locked-memory limit is too small for another ring: raise it (ulimit -l, or LimitMEMLOCK= in the systemd unit) to 64 MiB"
    case .outOfMemory(let bytes):
      "no memory for \(bytes) bytes of receive buffers: lower the number of workers, or give the process more memory"
    case .bufferRingRefused(let errno):
      "the kernel refused the receive buffers (\(text(ofErrno: errno))): run Linux \(Self.oldestKernel) or newer"
    case .setupFailed(let errno):
      "io_uring_setup failed: \(text(ofErrno: errno))"
    }
  }

  /// Tells apart the reasons behind one `errno` of `io_uring_setup`.
  static func diagnosing(setupErrno code: Int32) -> RingError {
    switch code {
    case ENOSYS: return .notInKernel
    case ENOMEM: return .lockedMemoryLimit
    case EPERM, EACCES:
      let disabled = firstLine(ofFile: "/proc/sys/kernel/io_uring_disabled").flatMap { Int($0) }
      if let disabled, disabled > 0 { return .disabledBySysctl(value: disabled) }
      return .blockedBySeccomp
    default: return .setupFailed(errno: code)
    }
  }
}

/// The C library's text for an `errno`.
func text(ofErrno code: Int32) -> String {
  strerror(code).map { String(cString: $0) } ?? "errno \(code)"
}

/// The first line of a small file, without its line end; nil if it can't be read.
func firstLine(ofFile path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 256)
  guard fgets(&line, Int32(line.count), file) != nil else { return nil }
  return String(
    decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
