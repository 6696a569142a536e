internal import ArgumentParser
internal import Glibc

/// `shardway doctor`: what `shardway-router --doctor` finds, since the router itself knows best what it needs.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Checks all that a router on this machine depends on, and says what to do.",
    discussion: """
      Kernel and io_uring, limits, clock, configuration and secrets, certificates, map and its age, \
      sidecar, addresses, and whether each server of the map answers. It changes nothing. Ends with 1 \
      where a router would not do its work.

      EXAMPLES
        shardway doctor --config /etc/shardway/router.yaml
        shardway doctor --config /etc/shardway/router.yaml --pool premium-1 --router-name r1 --json
      """)

  @Option(name: .shortAndLong, help: "The router's configuration file (YAML).")
  var config: String

  @Option(help: "The pool that the router runs for, instead of the file's pool.id.")
  var pool: String?

  @Option(help: "The router's name in its pool, instead of the file's pool.router.")
  var routerName: String?

  @Flag(help: "Tell it as JSON.")
  var json = false

  @Option(help: "The shardway-router program. (default: the one beside this program)")
  var router: String?

  func run() throws {
    let program = router ?? FleetPrograms.pathBeside(.router)
    var arguments = words(program).map { strdup($0) } + [nil]
    // It comes back only when the program can't be started.
    execv(program, &arguments)
    throw ValidationError(
      "\(program) can't be started: \(String(cString: strerror(errno))); name it by --router")
  }

  /// What the router is started with.
  func words(_ program: String) -> [String] {
    var words = [program, "--config", config, "--doctor"]
    if let pool { words += ["--pool", pool] }
    if let routerName { words += ["--router-name", routerName] }
    if json { words.append("--json") }
    return words
  }
}
