import ArgumentParser
import MapDocument
import ShardMap

/// `shardway map inspect`
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Verify a compiled map and tell what is in it.",
    discussion: """
      Reads the whole file and checks it against its checksums, then prints its versions, root, \
      counts, sizes, policies and shards.

      EXAMPLES
        shardway map inspect map.swmap
        shardway map inspect map.swmap --json
      """)

  @Argument(help: "The compiled file.", completion: .file())
  var file: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let map = try CommandOutput.orFail { () throws(MapFileError) in
      let map = try CompiledMap.open(path: file)
      try map.verify()
      return map
    }
    let summary = MapSummary(map)
    if json {
      try CommandOutput.printJSON(summary)
    } else {
      print(summary.text)
    }
  }
}
