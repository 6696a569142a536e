import Glibc
public import ShardMap
import Synchronization
import Threads

/// A TCP listener that is there as long as the router is ready: who connects is closed at once. For balancers that only look whether a connection comes
/// about.
///
/// It has a thread of its own, which asks nobody who works for clients.
public final class HealthDoor: Sendable {
  /// How soon it opens or closes after readiness has changed.
  public static let interval: Duration = .milliseconds(50)
  /// How often an address that is in use is tried, an interval apart.
  private static let attempts = 40

  private let isReady: @Sendable () -> Bool
  private let isOver = Atomic<Bool>(false)
  private let thread = Mutex<JoinableThread?>(nil)
  /// Where it is, with the port that the kernel chose: the same whenever it opens again.
  public let address: SocketAddress

  /// Binds the address and opens; goes on until ``stop()``, closed whenever the router is not ready.
  ///
  /// - Parameters:
  ///   - address: where; port 0 lets the kernel choose.
  ///   - isReady: asked every ``interval``, on the door's thread.
  /// - Throws: ``ListenError`` when the address is not to be had, also not a moment later: the router before this one may be about to leave it; or no
  ///   thread.
  public init(
    at address: SocketAddress, isReady: @escaping @Sendable () -> Bool
  ) throws(ListenError) {
    self.isReady = isReady
    let listener = try Self.listen(at: address, attempts: Self.attempts)
    self.address = Sockets.boundAddress(of: listener) ?? address
    do throws(ThreadError) {
      let thread = try JoinableThread { [self] in run(listener) }
      self.thread.withLock { $0 = thread }
    } catch {
      close(listener)
      throw ListenError(address: address, errno: error.errno)
    }
  }

  private static func listen(
    at address: SocketAddress, attempts: Int
  ) throws(ListenError) -> Int32 {
    do throws(ListenError) {
      return try Sockets.listen(at: address, keepAlive: KeepAlive(), isShared: false)
    } catch {
      guard attempts > 1, error.isInUse else { throw error }
      poll(nil, 0, Int32(interval / .milliseconds(1)))
      return try listen(at: address, attempts: attempts - 1)
    }
  }

  /// Closes, and returns when the thread has ended.
  public func stop() {
    isOver.store(true, ordering: .relaxed)
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
  }

  private func run(_ first: Int32) {
    var listener = first
    while !isOver.load(ordering: .relaxed) {
      let isToBeOpen = isReady()
      if !isToBeOpen, listener >= 0 {
        close(listener)
        listener = -1
      } else if isToBeOpen, listener < 0 {
        // Whoever has the port meanwhile: it is tried again.
        listener = (try? Self.listen(at: address, attempts: 1)) ?? -1
      }
      var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, Int32(Self.interval / .milliseconds(1))) == 1 else { continue }
      let client = accept(listener, nil, nil)
      if client >= 0 { close(client) }
    }
    if listener >= 0 { close(listener) }
  }
}
