internal import ArgumentParser
internal import Console
internal import LoadResults
internal import NullServer

/// `shardway-bench backend`.
struct BackendCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backend",
    abstract: "A server that speaks PostgreSQL and answers at once, until Ctrl-C.",
    discussion: """
      It stands in for PostgreSQL where a proxy is measured, and not PostgreSQL: everybody may log \
      in, each SELECT gives one row. --stall and --every hold all answers now and then, as a \
      server does that pauses: what a good load test must show.

      Examples:
        shardway-bench backend --port 5433
        shardway-bench backend --port 5433 --stall 100ms --every 1s
      """)

  @Option(help: ArgumentHelp("An IPv4 address.", valueName: "ip"))
  var address = "127.0.0.1"

  @Option(help: "Port; 0 takes a free one.")
  var port: UInt16 = 5433

  @Option(help: "Answering threads.")
  var workers = 1

  @Option(help: ArgumentHelp("A PEM file; with it, TLS is offered.", valueName: "file"))
  var tlsCertificate: String?

  @Option(help: ArgumentHelp("A PEM file with the certificate's key.", valueName: "file"))
  var tlsKey: String?

  @Flag(help: "Give tickets, so that TLS sessions can be resumed.")
  var tlsTickets = false

  @Flag(help: "Each connection begins with a PROXY header (version 2).")
  var proxyHeader = false

  @Option(help: ArgumentHelp("How long all answers are held, each --every.", valueName: "time"))
  var stall: TimeArgument?

  @Option(help: ArgumentHelp("From one stall to the next. (default: 1s)", valueName: "time"))
  var every: TimeArgument?

  @Option(help: ArgumentHelp("How long each answer is held.", valueName: "time"))
  var delay: TimeArgument?

  func validate() throws {
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key go together")
    }
    guard !tlsTickets || tlsCertificate != nil else {
      throw ValidationError("--tls-tickets goes with --tls-certificate")
    }
    guard every == nil || stall != nil else { throw ValidationError("--every goes with --stall") }
  }

  func run() async throws {
    let server = try BenchExit.orFail { () throws(BenchError) in try started() }
    let terminal = Terminal.standard
    terminal.line("listening on \(address):\(server.port) (postgres)")
    // Until Ctrl-C or SIGTERM, which is how it is meant to end.
    _ = try await Interruption.cancelling { try? await Task.sleep(for: .seconds(1_000_000_000)) }
    server.stop()
    let done = server.counters
    terminal.line(
      "\n\(FigureText.count(Int(done.connections))) connections,"
        + " \(FigureText.count(Int(done.statements))) statements")
  }

  private func started() throws(BenchError) -> NullServer {
    var settings = NullServerSettings(address: address, port: port, workers: workers)
    if let tlsCertificate, let tlsKey {
      settings.certificate = .init(certificatePath: tlsCertificate, keyPath: tlsKey)
    }
    settings.givesTickets = tlsTickets
    settings.expectsProxyHeader = proxyHeader
    if let stall {
      settings.stall = .init(period: every?.duration ?? .seconds(1), length: stall.duration)
    }
    if let delay { settings.delay = delay.duration }
    do {
      let server = try NullServer(settings)
      try server.start()
      return server
    } catch {
      throw .backend(reason: "\(error)")
    }
  }
}
