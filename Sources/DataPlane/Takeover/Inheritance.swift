import Glibc
import ShardMap
import Synchronization
import Threads

/// The new process's end of a takeover: what the one that runs hands to it.
public final class Inheritance: Sendable {
  /// The sockets that listen.
  public let sockets: InheritedSockets

  private let channel: TakeoverChannel
  private let socket: TakeoverSocket
  private let part: Mutex<TakeoverHeir>
  private let thread = Mutex<JoinableThread?>(nil)

  private init(
    _ channel: TakeoverChannel, _ socket: TakeoverSocket, _ sockets: InheritedSockets,
    _ part: TakeoverHeir
  ) {
    self.channel = channel
    self.socket = socket
    self.sockets = sockets
    self.part = Mutex(part)
  }

  /// Asks the router that runs, if one does, for its sockets.
  ///
  /// - Parameter path: where it waits.
  /// - Returns: what it has handed over; nil when no router runs.
  /// - Throws: when one runs that hands nothing over. To start all the same would be to share its clients with it.
  public static func claim(from path: String) throws(TakeoverError) -> Inheritance? {
    guard let socket = try TakeoverSocket.connect(to: path) else { return nil }
    let channel = try TakeoverChannel(socket)
    try socket.send(
      TakeoverMessage.hello(version: TakeoverLimits.version, processID: getpid()).encoded, nil)
    var part = TakeoverHeir()
    var incoming = IncomingMessages()
    var received: [ListeningSocket] = []
    do throws(TakeoverError) {
      while part.phase == .awaitsSockets {
        guard socket.waits(milliseconds: TakeoverLimits.answerMilliseconds) else {
          throw .noAnswer(milliseconds: TakeoverLimits.answerMilliseconds)
        }
        incoming.append(try socket.receive())
        while let (message, descriptor) = try incoming.next() {
          guard case .socket(let name, let text) = try part.receive(message), let descriptor
          else { continue }
          guard let address = SocketAddress(text) else {
            close(descriptor)
            throw .malformed("\"\(text)\" is no address")
          }
          received.append(ListeningSocket(name: name, address: address, descriptor: descriptor))
        }
      }
    } catch {
      for socket in received { close(socket.descriptor) }
      throw error
    }
    return Inheritance(channel, socket, InheritedSockets(received), part)
  }

  /// Says that a router serves with these sockets, and takes over the other one's clients. Returns at once.
  public func take(for router: Router) throws(TakeoverError) {
    part.withLock { $0.isReady() }
    router.join(channel)
    channel.send(.ready)
    do throws(ThreadError) {
      let started = try JoinableThread { [self] in run(router) }
      thread.withLock { $0 = started }
    } catch {
      throw .socket(path: socket.path, call: "pthread_create", errno: error.errno)
    }
  }

  /// Takes nothing over any more. What the other process still has stays with it.
  public func stop() {
    channel.stop()
    thread.withLock { $0.take() }?.join()
  }

  private func run(_ router: Router) {
    // However it ends: what was handed over is here, and the rest is the other process's.
    try? channel.run { (message, descriptor) throws(TakeoverError) in
      let event: TakeoverHeir.Event
      do throws(TakeoverError) {
        event = try part.withLock { (part) throws(TakeoverError) in try part.receive(message) }
      } catch {
        if let descriptor { close(descriptor) }
        throw error
      }
      guard let descriptor else { return }
      switch event {
      case .client(let number, let client):
        router.place(
          ArrivingClient(
            client: client, descriptor: descriptor, number: number, channel: channel))
      case .cancel(let listener, let packet):
        router.forward(cancel: packet, descriptor, listener: Int(listener))
      case .socket, .start: close(descriptor)
      }
    }
  }
}
