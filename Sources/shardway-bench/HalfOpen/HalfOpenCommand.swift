internal import ArgumentParser
internal import Console
internal import LoadScenario

/// `shardway-bench half-open`.
struct HalfOpenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "half-open",
    abstract: "Holds TLS handshakes that never end, until Ctrl-C.",
    discussion: """
      Half of them have said half of a ClientHello, the others all of it and nothing more. Those \
      that the target ends are opened anew, no more than --rate a second. What others feel of it \
      is measured beside it, by `run`.

      Example:
        shardway-bench half-open --target 127.0.0.1:6432 --server-name acme.db.localhost
      """)

  @Option(help: ArgumentHelp("What listens there speaks TLS at once.", valueName: "host:port"))
  var target: LoadTarget

  @Option(help: ArgumentHelp("The server that the hellos ask for.", valueName: "name"))
  var serverName = "localhost"

  @Option(help: "How many are open at a time.")
  var count = 5000

  @Option(help: "How many are opened a second, at most.")
  var rate = 2500

  @Option(help: ArgumentHelp("Stop by itself after this time.", valueName: "time"))
  var duration: TimeArgument?

  func validate() throws {
    guard count > 0, rate > 0 else { throw ValidationError("--count and --rate are above 0") }
  }

  func run() async throws {
    let session = HalfOpenSession(
      target: target, serverName: serverName, count: count, rate: rate,
      duration: duration?.duration, terminal: .standard)
    try await BenchExit.run { try await session.run() }
  }
}
