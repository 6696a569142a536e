import ArgumentParser
import ConfigurationFile
import ControlPlane
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import MapExchange
import NIOSSL
import ServiceLifecycle
import ShardMap
import UnixSignals

/// `serve`: the HTTP API on a store.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serves the HTTP API.",
    discussion: """
      Any number of processes may serve one store on one machine; a new one serves at once.

      Examples:
        shardway-control serve --config /etc/shardway/control.yaml
        shardway-control serve --config /etc/shardway/control.yaml --check
      """)

  @Option(name: .shortAndLong, help: "The configuration file (YAML).")
  var config: String

  @Flag(help: "Check configuration, store, keys, tokens and certificate, and end.")
  var check = false

  func run() async throws {
    try await ConsoleError.telling {
      let file = try ControlFile.load(config)
      do {
        let parts = try ServerParts(file)
        if check {
          try await parts.printCheck()
        } else {
          try await parts.serve()
        }
      } catch let fault as FieldError {
        throw file.error(fault)
      }
    }
  }
}

/// A server and what it is made of.
struct ServerParts {
  let file: ControlFile
  let logger: Logger
  let store: ControlStore
  let signer: SealSigner
  let access: AccessRegister
  let signal = HeadSignal()

  init(_ file: ControlFile) throws {
    self.file = file
    var logger = Logger(label: "shardway-control") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = file.logLevel
    self.logger = logger
    store = try ControlStore(path: file.store, signal: signal)
    signer = SealSigner(
      privateKeys: try file.keys.enumerated().map { place, path in
        try KeyFile.read(path, "keys[\(place)]")
      })
    access = try AccessRegister(path: file.tokens, logger: logger) { try TokenYAML.load($0) }
  }

  private static func encryption(
    _ tls: ControlYAML.TLS
  ) throws -> @Sendable (HTTPServerBuilder) throws -> HTTPServerBuilder {
    let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate)
    let key = try NIOSSLPrivateKey(
      bytes: try SecretFile.whole(tls.key, "tls.key"), format: .pem)
    let configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    return { try .tls($0, tlsConfiguration: configuration) }
  }

  func printCheck() async throws {
    let head = try await store.currentHead()
    print("configuration: good")
    print("store: good, map version \(head.sequence), \(head.count) resources, root \(head.root)")
    if let tls = file.tls { _ = try Self.encryption(tls) }
    for key in signer.publicKeys { print("seals with: \(key.text)") }
    print("tokens: \(access.list.entries.count)")
  }

  func serve() async throws {
    let leases = try LeaseStore(path: file.routers)
    let distributor = MapDistributor(
      store: store, signer: signer, deltaLimit: file.deltaResources)
    let api = ControlAPI(
      store: store, signal: signal, distributor: distributor, leases: leases, access: access,
      limits: file.limits, logger: logger)
    if file.tls == nil, !file.address.isLoopback {
      logger.warning("without tls, tokens and maps can be read on the way to \(file.address)")
    }
    let server = ControlServer(
      api, host: file.address.host, port: Int(file.address.port),
      tls: try file.tls.map { try Self.encryption($0) })
    let (scheme, host, logger) = (
      file.tls == nil ? "http" : "https", file.address.bracketed, logger
    )
    let application = try server.application { port in
      logger.notice("listening on \(scheme)://\(host):\(port)")
    }
    var group = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = ControlLimits.farewell
    try await ServiceGroup(configuration: group).run()
  }
}
