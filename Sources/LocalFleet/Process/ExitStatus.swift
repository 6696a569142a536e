internal import Glibc

/// How a process ended.
public enum ExitStatus: Sendable, Equatable {
  /// It returned, with this code; 0 is success.
  case exited(code: Int32)
  /// This signal ended it.
  case signalled(Int32)

  /// Whether the process returned 0.
  public var isSuccess: Bool { self == .exited(code: 0) }

  /// The status as `waitpid` reports it.
  init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited(code: (waitStatus >> 8) & 0xff) : .signalled(signal)
  }
}

extension ExitStatus: CustomStringConvertible {
  /// What follows a program's name in a sentence.
  public var description: String {
    switch self {
    case .exited(let code): "ended with code \(code)"
    case .signalled(let signal):
      "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
    }
  }
}
