import Glibc
import ShardMap

/// The sockets that a router listens with.
struct Listeners {
  /// By worker; each has one for each of the settings' listeners, in their order, and perhaps more behind them.
  private(set) var byWorker: [[WorkerListener]]
  /// Where the settings' listeners are, with the ports that the kernel chose.
  private(set) var addresses: [SocketAddress] = []
  /// All sockets.
  private(set) var sockets: [ListeningSocket] = []

  /// Opens each listener once for each shared worker, so that the kernel spreads the clients.
  ///
  /// Sockets that were inherited are used first, all of them: clients wait in each, and would be lost with it. So a
  /// worker may get several, and a worker for which there is none gets a new one.
  static func open(
    _ settings: RouterSettings, _ groups: WorkerGroups, _ inherited: InheritedSockets
  ) throws(RouterError) -> Listeners {
    var opened = Listeners(byWorker: Array(repeating: [], count: groups.count))
    do throws(ListenError) {
      var spare: [(worker: Int, WorkerListener)] = []
      for (number, listener) in settings.listeners.enumerated() {
        spare += try opened.open(number, listener, settings, groups, inherited)
      }
      for (worker, listener) in spare { opened.byWorker[worker].append(listener) }
    } catch {
      for socket in opened.sockets { close(socket.descriptor) }
      throw .listen(error)
    }
    return opened
  }

  /// Opens one listener; the sockets that are more than one a worker are returned.
  private mutating func open(
    _ number: Int, _ listener: ListenerSettings, _ settings: RouterSettings,
    _ groups: WorkerGroups, _ inherited: InheritedSockets
  ) throws(ListenError) -> [(worker: Int, WorkerListener)] {
    let name = ListeningSocket.clients(ofListener: number)
    var given = inherited.take(name, at: listener.address)[...]
    var address = given.first.flatMap { Sockets.boundAddress(of: $0) } ?? listener.address
    for descriptor in given { Sockets.setOptions(descriptor, settings.keepAlive) }
    sockets += given.map { ListeningSocket(name: name, address: address, descriptor: $0) }
    for worker in groups.shared {
      let descriptor: Int32
      if let inherited = given.popFirst() {
        descriptor = inherited
      } else {
        descriptor = try Sockets.listen(at: address, keepAlive: settings.keepAlive)
        address = Sockets.boundAddress(of: descriptor) ?? address
        sockets.append(ListeningSocket(name: name, address: address, descriptor: descriptor))
      }
      byWorker[worker].append(WorkerListener(listener, descriptor: descriptor))
    }
    for worker in groups.shared.upperBound..<groups.count {
      byWorker[worker].append(.elsewhere(listener))
    }
    addresses.append(address)
    return given.enumerated().map { place, descriptor in
      let worker = groups.shared.lowerBound + place % groups.shared.count
      return (worker, WorkerListener(listener, descriptor: descriptor, number: number))
    }
  }

  /// Opens the admin console's listener, where there is to be one.
  static func openConsole(
    _ settings: RouterSettings, _ inherited: InheritedSockets
  ) throws(RouterError) -> ListeningSocket? {
    guard let admin = settings.admin else { return nil }
    do throws(ListenError) {
      let descriptor: Int32
      if let given = inherited.take(ListeningSocket.admin, at: admin.address).first {
        descriptor = given
      } else {
        descriptor = try Sockets.listen(
          at: admin.address, keepAlive: settings.keepAlive, isShared: false)
      }
      return ListeningSocket(
        name: ListeningSocket.admin,
        address: Sockets.boundAddress(of: descriptor) ?? admin.address, descriptor: descriptor)
    } catch {
      throw .listen(error)
    }
  }
}
