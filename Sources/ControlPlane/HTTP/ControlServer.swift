public import Hummingbird
public import HummingbirdCore
internal import NIOCore
internal import ServiceLifecycle

/// An API that listens.
public struct ControlServer: Sendable {
  private let api: ControlAPI
  private let host: String
  private let port: Int
  private let tls: (@Sendable (HTTPServerBuilder) throws -> HTTPServerBuilder)?

  /// A server of the API.
  ///
  /// - Parameters:
  ///   - api: what is served.
  ///   - host: the IP address to listen at.
  ///   - port: the port, or 0 for any.
  ///   - tls: puts encryption around HTTP, if there is to be any.
  public init(
    _ api: ControlAPI, host: String, port: Int,
    tls: (@Sendable (HTTPServerBuilder) throws -> HTTPServerBuilder)? = nil
  ) {
    self.api = api
    self.host = host
    self.port = port
    self.tls = tls
  }

  /// The service: HTTP, and the watch over the store. On graceful shutdown it ends long polls and
  /// event streams, and finishes the requests under way.
  ///
  /// - Parameter onListening: is told the port.
  /// - Returns: The service, to be run in a service group.
  /// - Throws: What `tls` throws.
  public func application(
    onListening: @escaping @Sendable (Int) async -> Void
  ) throws -> some ApplicationProtocol {
    let plain = HTTPServerBuilder.http1(
      configuration: .init(
        idleTimeout: .seconds(Int64(ControlLimits.idleConnection / .seconds(1)))))
    return Application(
      router: api.router(), server: try tls?(plain) ?? plain,
      configuration: .init(
        address: .hostname(host, port: port), serverName: "shardway-control", backlog: 4_096,
        availableConnectionsDelegate: MaximumAvailableConnections(api.limits.connections)),
      services: [StoreWatch(store: api.store, logger: api.logger)],
      onServerRunning: { await onListening($0.localAddress?.port ?? port) }, logger: api.logger)
  }
}
