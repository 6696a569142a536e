public import ControlClient
internal import Foundation
internal import Glibc
internal import Processes

/// A running `shardway-control` of a fleet, with a store, a signing key and tokens of its own. It is
/// reached by TLS only, with the certificate of the fleet's servers.
///
/// Port, store and tokens stay when it is stopped and started again.
public final class LocalControl: Sendable {
  /// The roles that have a token each.
  public enum Role: String, Sendable, CaseIterable {
    /// May read.
    case reader
    /// May read, and report the status of routers.
    case sidecar
    /// May change tenants, shards and the rest.
    case `operator`
    /// May do everything.
    case admin
  }

  /// Where its HTTP interface is.
  public let url: String
  /// The folder of its store, key and tokens.
  public let path: String
  /// The certificate it shows, in PEM form: what its clients trust.
  public let certificatePath: String
  private let service: ServiceProcess
  private let configuration: String
  private let probe: ControlClient

  /// Prepares a control plane with `shardway-control init`; it is not started yet.
  init(
    _ options: FleetControlOptions, certificate: SelfSignedCertificate, in folder: FleetFolder
  ) async throws(FleetError) {
    path = folder["control"]
    certificatePath = certificate.certificatePath
    configuration = "\(path)/control.yaml"
    service = try ServiceProcess(name: "control", executable: options.control, folder: folder)
    let port = try options.port == 0 ? LoopbackPort.free() : options.port
    url = "https://127.0.0.1:\(port)"
    probe = try Self.client(url, tokenFile: nil, certificatePath: certificatePath)
    _ = try await service.run(["init", path, "--address", "127.0.0.1:\(port)"])
    try encrypt(with: certificate)
  }

  /// Adds the certificate to the configuration that `init` has made.
  private func encrypt(with certificate: SelfSignedCertificate) throws(FleetError) {
    let tls = """
      tls: { certificate: "\(certificate.certificatePath)", key: "\(certificate.keyPath)" }

      """
    do {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: configuration))
      try file.seekToEnd()
      try file.write(contentsOf: Data(("\n" + tls).utf8))
      try file.close()
    } catch {
      throw .folder(path: configuration, reason: "\(error)")
    }
  }

  /// Starts it unless it runs, and returns when it serves.
  public func start() async throws(FleetError) {
    try await service.start(["serve", "--config", configuration]) { [probe] in
      await probe.isReady()
    }
  }

  /// Stops it and returns when it has ended.
  public func stop() async { await service.stop() }

  /// Ends it as a crash would (SIGKILL), and returns when it has ended.
  public func kill() async { await service.stop(SIGKILL) }

  /// Has it stand still, by SIGSTOP; nothing happens when it does not run.
  public func pause() { service.signal(SIGSTOP) }

  /// Has it go on after ``pause()``.
  public func resume() { service.signal(SIGCONT) }

  /// Whether its process runs.
  public var isRunning: Bool { service.isRunning }

  /// Where its messages go.
  public var logPath: String { service.logPath }

  /// What it has logged so far.
  public var log: String { service.log }

  /// The file with the token of a role.
  public func tokenFile(_ role: Role) -> String { "\(path)/\(role.rawValue).token" }

  /// The file with the public half of the key that it was made with; what the sidecar trusts.
  public var publicKeyPath: String { "\(path)/signing.pub" }

  /// The text of that file.
  func publicKey() throws(FleetError) -> String {
    do {
      let text = try String(contentsOfFile: publicKeyPath, encoding: .utf8)
      return text.trimmingCharacters(in: .whitespacesAndNewlines)
    } catch {
      throw .folder(path: publicKeyPath, reason: "\(error)")
    }
  }

  /// Gives it another signing key, which nobody trusts; in use from its next start.
  public func replaceSigningKey() async throws(FleetError) {
    let key = "\(path)/signing.key"
    do { try FileManager.default.removeItem(atPath: key) } catch {
      throw .folder(path: key, reason: "\(error)")
    }
    _ = try await service.run(["keys", "generate", key])
  }

  /// Copies its store, as a backup does; it must not run.
  public func backUpStore() throws(FleetError) { try copyStore(from: "", to: ".backup") }

  /// Puts the copy in the store's place, as somebody does who restores a backup; it must not run.
  public func restoreStore() throws(FleetError) { try copyStore(from: ".backup", to: "") }

  private func copyStore(from source: String, to target: String) throws(FleetError) {
    precondition(!isRunning, "a store that is in use can't be copied file by file")
    let files = FileManager.default
    do {
      // The write-ahead log and its index are parts of the store.
      for part in ["", "-wal", "-shm"] {
        let (from, to) = (store + part + source, store + part + target)
        if files.fileExists(atPath: to) { try files.removeItem(atPath: to) }
        if files.fileExists(atPath: from) { try files.copyItem(atPath: from, toPath: to) }
      }
    } catch {
      throw .folder(path: store, reason: "\(error)")
    }
  }

  private var store: String { "\(path)/control.sqlite" }

  /// A client with the token of a role.
  public func client(_ role: Role = .admin) throws(FleetError) -> ControlClient {
    try Self.client(url, tokenFile: tokenFile(role), certificatePath: certificatePath)
  }

  private static func client(
    _ url: String, tokenFile: String?, certificatePath: String
  ) throws(FleetError) -> ControlClient {
    do {
      return try ControlClient(
        ControlEndpoint(
          url: url, tokenFile: tokenFile, certificateAuthorities: certificatePath))
    } catch {
      throw .control(reason: "\(error)")
    }
  }
}
