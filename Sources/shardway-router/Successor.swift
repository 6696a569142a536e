import CProcesses
import Glibc

/// The process that is to take this one's place: the same program, with the same arguments.
struct Successor {
  /// Why it could not be started.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let errno: Int32

    var description: String {
      "\(path) can't be started: \(String(cString: strerror(errno)))"
    }
  }

  /// How the variable begins that says which process the service manager's watchdog waits for (`sd_watchdog_enabled(3)`).
  private static let watchdogOwner = "WATCHDOG_PID="

  let processID: pid_t

  /// Starts it. It inherits the three streams and its part of the environment, and no other descriptor: sockets of SwiftNIO are not
  /// closed on exec, and a copy of one that listens would keep its port from the process that it is in.
  static func start() throws(Failure) -> Successor {
    let path = programPath
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // This process waits for its signals with all of them blocked.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
    defer { for argument in arguments { free(argument) } }
    arguments.append(nil)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let added = shardway_spawn_close_from(&actions, STDERR_FILENO + 1)
    guard added == 0 else { throw Failure(path: path, errno: added) }
    var processID = pid_t()
    let code = posix_spawn(
      &processID, path, &actions, &attributes, arguments, Self.environment(from: environ))
    guard code == 0 else { throw Failure(path: path, errno: code) }
    return Successor(processID: processID)
  }

  /// What it gets of a process's variables, with the null pointer behind them: all but the one by which the watchdog waits for that
  /// process alone. With it, it would never say that it lives, and be killed for that once it is the main process.
  static func environment(
    from own: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  ) -> [UnsafeMutablePointer<CChar>?] {
    var variables: [UnsafeMutablePointer<CChar>?] = []
    var place = 0
    while let variable = own[place] {
      if strncmp(variable, watchdogOwner, watchdogOwner.utf8.count) != 0 {
        variables.append(variable)
      }
      place += 1
    }
    variables.append(nil)
    return variables
  }

  /// How it has ended; nil while it runs.
  func end() -> String? {
    var status: Int32 = 0
    guard waitpid(processID, &status, WNOHANG) == processID else { return nil }
    return status & 0x7F == 0
      ? "ended with exit code \((status >> 8) & 0xFF)" : "was ended by signal \(status & 0x7F)"
  }

  /// Where this program is. One that was replaced on disk is started as it is now.
  private static var programPath: String {
    let replaced = " (deleted)"
    var room = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink("/proc/self/exe", &room, room.count - 1)
    let path = String(
      decoding: room.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.hasSuffix(replaced) ? String(path.dropLast(replaced.count)) : path
  }
}
