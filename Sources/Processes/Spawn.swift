internal import CProcesses
public import Glibc

/// `posix_spawn` with what it takes to start a process cleanly from a concurrent program.
public enum Spawn {
  /// File descriptors that become the child's standard streams.
  public struct Streams {
    var input: Int32
    var output: Int32
    var error: Int32

    /// Names the three.
    public init(input: Int32, output: Int32, error: Int32) {
      self.input = input
      self.output = output
      self.error = error
    }
  }

  /// Starts a program, by its path or its name in the `PATH` of `environment`, in a process group of its own.
  ///
  /// It gets the three streams, and no other descriptor of this process. The group is its own, so
  /// that Ctrl-C at the terminal reaches only the program that then stops the fleet in order. The
  /// signal mask is emptied because threads of the concurrency runtime block all signals, and a child
  /// that inherits that can be neither interrupted nor terminated.
  /// - Returns: the process id, or the error number.
  public static func start(
    _ program: String, _ arguments: [String], environment: [String: String], streams: Streams
  ) -> Result<pid_t, SpawnError> {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, streams.input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, streams.output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, streams.error, STDERR_FILENO)
    // What has no O_CLOEXEC, as SwiftNIO's sockets have none, the child would keep open for as long as
    // it runs: their ports would stay taken, and their peers would never hear of an end.
    let code = shardway_spawn_close_from(&actions, STDERR_FILENO + 1)
    guard code == 0 else { return .failure(SpawnError(code: code)) }

    let environment = environment.map { "\($0.key)=\($0.value)" }
    return withCStrings([program] + arguments) { arguments in
      withCStrings(environment) { environment in
        var pid: pid_t = 0
        let code = posix_spawnp(
          &pid, program, &actions, &attributes, arguments, environment)
        return code == 0 ? .success(pid) : .failure(SpawnError(code: code))
      }
    }
  }

  private static func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("the list ends with nil") }
      return body(base)
    }
  }
}

/// Why a process was not started.
public struct SpawnError: Error {
  /// An `errno` value.
  public var code: Int32

  /// It in words.
  public var reason: String { String(cString: strerror(code)) }
}
