import Glibc
public import LoadScenario

/// Connections whose TLS handshakes begin and never end: those with even numbers say half of a ClientHello, the others all of it, and then nothing.
///
/// It takes little processor time, so that what others feel of it is the target's doing. What the target answers is thrown away. Those that it
/// has ended are noticed by ``forgetEnded()``; ``open(atMost:)`` opens them anew.
public struct HalfOpenHandshakes: ~Copyable {
  private let address: TargetAddress
  private let hello: [UInt8]
  /// Where answers go, and stay unread.
  private var answer = [UInt8](repeating: 0, count: GeneratorLimits.answerThrownAway)
  /// A descriptor for each place, negative while there is none: then `poll` passes it by.
  private var places: [pollfd]
  /// Where to look next for a place without a connection.
  private var next = 0

  /// How many are open, as far as was noticed.
  public private(set) var openCount = 0
  /// How many were opened in all.
  public private(set) var openedCount = 0
  /// How many the target has ended.
  public private(set) var endedCount = 0

  /// Connections that are not open yet.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - target: where they go.
  ///   - serverName: the name that their hellos ask for.
  /// - Throws: ``LoadError/notAnAddress(_:)``, ``LoadError/tooFewDescriptors(needed:allowed:)`` or ``LoadError/tls(_:)``.
  public init(_ count: Int, at target: LoadTarget, serverName: String) throws(LoadError) {
    let address = try TargetAddress(host: target.host, port: target.port)
    let hello = try ClientHelloBytes.hello(toServer: serverName)
    try DescriptorLimit.raise(forConnections: count)
    self.address = address
    self.hello = hello
    let none = pollfd(fd: -1, events: Int16(POLLIN), revents: 0)
    places = Array(repeating: none, count: count)
  }

  deinit { for place in places where place.fd >= 0 { _ = close(place.fd) } }

  /// Opens some of those that are not open.
  public mutating func open(atMost most: Int) {
    var left = min(most, places.count - openCount)
    while left > 0 {
      while places[next].fd >= 0 { step() }
      places[next].fd = connected(says: next % 2 == 0 ? hello.count / 2 : hello.count)
      // The target may have no place for it just now.
      guard places[next].fd >= 0 else { return }
      step()
      openCount += 1
      openedCount += 1
      left -= 1
    }
  }

  private mutating func step() { next = next + 1 == places.count ? 0 : next + 1 }

  /// Closes those that the target has ended.
  public mutating func forgetEnded() {
    guard poll(&places, nfds_t(places.count), 0) > 0 else { return }
    for place in places.indices where places[place].fd >= 0 && places[place].revents != 0 {
      guard isAtEnd(places[place].fd) else { continue }
      _ = close(places[place].fd)
      places[place].fd = -1
      openCount -= 1
      endedCount += 1
    }
  }

  /// Whether the target has ended a connection, of which something came.
  private mutating func isAtEnd(_ socket: Int32) -> Bool {
    recv(socket, &answer, answer.count, Int32(MSG_DONTWAIT)) <= 0
  }

  /// A connection that has said the beginning of the hello; negative where there is none to be had.
  private func connected(says count: Int) -> Int32 {
    let socket = Sockets.open()
    guard socket >= 0 else { return -1 }
    Sockets.set(socket, sendTimeout: GeneratorLimits.halfOpenConnectTimeout)
    guard connect(socket, address.pointer, TargetAddress.size) == 0,
      send(socket, hello, count, Int32(MSG_NOSIGNAL)) == count
    else {
      _ = close(socket)
      return -1
    }
    return socket
  }
}
