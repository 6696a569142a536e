internal import Foundation
internal import Processes
internal import Synchronization

/// A running process, or one that has ended.
///
/// It is reaped as soon as it ends. Dropping the last reference does not stop it.
public final class ChildProcess: Sendable {
  /// The process id, which is also the id of its process group.
  public let pid: Int32
  /// The command, for messages.
  public let commandLine: String

  private enum State {
    case running(waiting: [Int: CheckedContinuation<ExitStatus?, Never>], nextWaiter: Int)
    case ended(ExitStatus)
  }
  private let state = Mutex(State.running(waiting: [:], nextWaiter: 0))
  private let inputPipe: Mutex<FileHandle?>
  private let outputFile: UnnamedFile?
  private let errorFile: UnnamedFile?

  /// Starts a process.
  ///
  /// - Throws: `FleetError.command` when the program can't be started.
  public init(_ launch: Launch) throws(FleetError) {
    let outputFile = Self.memory(for: launch.output)
    let errorFile = Self.memory(for: launch.error)
    let input = Self.open(launch.input)
    let output = try Self.open(launch.output, outputFile, for: launch)
    let error = try Self.open(launch.error, errorFile, for: launch)
    let streams = Spawn.Streams(
      input: input.child.fileDescriptor, output: output.fileDescriptor,
      error: error.fileDescriptor)
    switch Spawn.start(
      launch.executable, launch.arguments, environment: launch.environment, streams: streams)
    {
    case .success(let pid):
      self.pid = pid
    case .failure(let failure):
      throw .command(launch.commandLine, outcome: "did not start: \(failure.reason)", output: "")
    }
    commandLine = launch.commandLine
    inputPipe = Mutex(input.parent)
    self.outputFile = outputFile
    self.errorFile = errorFile
    // The child has its own copies of these by now.
    withExtendedLifetime((input.child, output, error)) {}
    Thread.detachNewThread { [self] in reap() }
  }

  /// Whether the process has not ended yet.
  public var isRunning: Bool {
    state.withLock { if case .running = $0 { true } else { false } }
  }

  /// What the process has written to standard output so far, when that is captured.
  public var output: String { outputFile?.text ?? "" }

  /// What the process has written to standard error so far, when that is captured.
  public var errorOutput: String { errorFile?.text ?? "" }

  /// Sends a signal to the process; nothing happens when it has ended.
  public func signal(_ number: Int32) {
    // Under the lock that `reap` takes, so that the id can't belong to another process by now.
    state.withLock { if case .running = $0 { _ = kill(pid, number) } }
  }

  /// Sends a signal to the process and to all it has started in its group.
  public func signalGroup(_ number: Int32) {
    state.withLock { if case .running = $0 { _ = kill(-pid, number) } }
  }

  /// Writes to standard input, which must be a `.pipe`; nothing happens when it is closed.
  public func write(_ text: String) {
    inputPipe.withLock { pipe in
      guard let pipe else { return }
      var remaining = Array(text.utf8)[...]
      while !remaining.isEmpty {
        let count = remaining.withUnsafeBytes {
          send(pipe.fileDescriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        // The process has ended, or closed its input: its status tells more than this could.
        guard count > 0 else { return }
        remaining = remaining.dropFirst(count)
      }
    }
  }

  /// Ends standard input, which must be a `.pipe`.
  public func closeInput() {
    inputPipe.withLock { pipe in
      try? pipe?.close()
      pipe = nil
    }
  }

  /// Waits until the process has ended.
  ///
  /// Cancelling the task does not end the wait; signal the process for that.
  public func wait() async -> ExitStatus {
    guard let status = await wait(limit: nil) else { preconditionFailure("no limit, no nil") }
    return status
  }

  /// Waits until the process has ended, but no longer than `limit`.
  ///
  /// - Returns: how it ended; nil when it still runs.
  public func wait(upTo limit: Duration) async -> ExitStatus? {
    await wait(limit: limit)
  }

  private func wait(limit: Duration?) async -> ExitStatus? {
    await withCheckedContinuation { continuation in
      let waiter: Int? = state.withLock { state in
        switch state {
        case .ended(let status):
          continuation.resume(returning: status)
          return nil
        case .running(var waiting, let waiter):
          waiting[waiter] = continuation
          state = .running(waiting: waiting, nextWaiter: waiter + 1)
          return waiter
        }
      }
      guard let waiter, let limit else { return }
      DispatchQueue.global().asyncAfter(deadline: .now() + limit.inSeconds) { [self] in
        giveUp(waiter: waiter)
      }
    }
  }

  private func giveUp(waiter: Int) {
    state.withLock { state in
      guard case .running(var waiting, let nextWaiter) = state else { return }
      waiting.removeValue(forKey: waiter)?.resume(returning: nil)
      state = .running(waiting: waiting, nextWaiter: nextWaiter)
    }
  }

  /// Blocks its thread until the process has ended, then tells all who wait.
  private func reap() {
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
    state.withLock { state in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) == -1 && errno == EINTR {}
      let exit = ExitStatus(waitStatus: status)
      if case .running(let waiting, _) = state {
        for continuation in waiting.values { continuation.resume(returning: exit) }
      }
      state = .ended(exit)
    }
  }
}

extension ChildProcess {
  /// Not `FileHandle.nullDevice`, which has no descriptor that a child could inherit.
  private static var nullDevice: FileHandle {
    FileHandle(fileDescriptor: Glibc.open("/dev/null", O_RDWR | O_CLOEXEC), closeOnDealloc: true)
  }

  private static func memory(for output: Launch.Output) -> UnnamedFile? {
    if case .captured = output { UnnamedFile() } else { nil }
  }

  private static func open(_ input: Launch.Input) -> (child: FileHandle, parent: FileHandle?) {
    switch input {
    case .null:
      return (nullDevice, nil)
    case .text(let text):
      let file = UnnamedFile(text: text)
      let copy = fcntl(file.descriptor, F_DUPFD_CLOEXEC, 0)
      return (FileHandle(fileDescriptor: copy, closeOnDealloc: true), nil)
    case .pipe:
      // A socket pair, because writing to it can be told not to raise SIGPIPE.
      var ends: [Int32] = [-1, -1]
      let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
      let code = socketpair(AF_UNIX, type, 0, &ends)
      precondition(code == 0, "socketpair: \(String(cString: strerror(errno)))")
      return (
        FileHandle(fileDescriptor: ends[0], closeOnDealloc: true),
        FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
      )
    }
  }

  private static func open(
    _ output: Launch.Output, _ memory: UnnamedFile?, for launch: Launch
  ) throws(FleetError) -> FileHandle {
    switch output {
    case .null:
      return nullDevice
    case .captured:
      guard let memory else { preconditionFailure("captured output goes to memory") }
      return FileHandle(fileDescriptor: memory.descriptor, closeOnDealloc: false)
    case .appended(let path):
      let descriptor = Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        let reason = String(cString: strerror(errno))
        throw .command(
          launch.commandLine, outcome: "did not start: can't write \(path): \(reason)", output: "")
      }
      return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
  }
}
