internal import NIOPosix
internal import Synchronization

/// The threads of HTTP servers, one a server: those of servers that have ended are used again.
///
/// They are never ended. Hummingbird orders its shutdown from a task that nobody can wait for, and which may come to the loop when the server has ended
/// already.
enum ServerThreads {
  private static let idle = Mutex<[MultiThreadedEventLoopGroup]>([])

  /// A thread for one server.
  static func take() -> MultiThreadedEventLoopGroup {
    idle.withLock { $0.popLast() } ?? MultiThreadedEventLoopGroup(numberOfThreads: 1)
  }

  /// The server has ended.
  static func giveBack(_ threads: MultiThreadedEventLoopGroup) {
    idle.withLock { $0.append(threads) }
  }
}
