import ArgumentParser
import Files

/// Kills a process that publishes maps, again and again, and watches what a reader finds.
@main
struct KillPublisherCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shardway-kill-publisher",
    abstract:
      "Kill a publisher of maps with SIGKILL, and prove that no reader ever sees a bad map.",
    discussion: """
      A child process publishes one version after the other, by patches and by full compiles in turn. It is killed \
      at random moments, and, every other time, as soon as it is in a chosen step. Meanwhile a reader opens and \
      verifies the map continuously. Ends with 0 when every map was whole, no version went back and nothing was \
      left behind; with 1 otherwise.

      EXAMPLES
        shardway-kill-publisher --kills 1000
        shardway-kill-publisher --kills 50 --tenants 1000 --seed 7
      """)

  @Option(help: "How many publishers to kill.")
  var kills = 1_000

  @Option(help: "Tenants of the map.")
  var tenants = 20_000

  @Option(help: "Seed of the moments.")
  var seed: UInt64 = 1

  @Option(help: "An existing directory on the file system to publish on.", completion: .directory)
  var directory = "/tmp"

  @Option(help: .hidden)
  var publishIn: String?

  func validate() throws {
    guard kills > 0, (1...10_000_000).contains(tenants) else {
      throw ValidationError("--kills and --tenants must be 1 or more")
    }
  }

  func run() throws {
    if let publishIn {
      try Publisher(folder: PublishingFolder(path: publishIn), tenants: tenants).runForEver()
    }
    let folder = PublishingFolder(
      path: try Folder.makeFresh("shardway-kill-publisher", in: directory))
    defer { Folder.remove(folder.path) }
    let report = try Campaign(folder: folder, tenants: tenants, kills: kills, seed: seed).run()
    print(report.text)
    if !report.isGood { throw ExitCode.failure }
  }
}
