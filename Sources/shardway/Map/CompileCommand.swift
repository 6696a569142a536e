import ArgumentParser
import MapDocument
import ShardMap

/// `shardway map compile`
struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compile a map document into the file that routers use.",
    discussion: """
      The document is validated first. The output is replaced in one step: routers that watch it see the old \
      map or the new one, never a part. When anything fails it stays as it was.

      EXAMPLES
        shardway map compile map.json --output /var/lib/shardway/map.swmap
        shardway map compile map.json --previous map-in-force.json -o map.swmap
      """)

  @Argument(help: "The document, as JSON.", completion: .file(extensions: ["json"]))
  var document: String

  @Option(name: .shortAndLong, help: "The compiled file to make or replace.", completion: .file())
  var output: String

  @Option(help: "The document of the map in force.", completion: .file(extensions: ["json"]))
  var previous: String?

  func run() throws {
    let old = try previous.map(DocumentFile.read)
    let new = try DocumentFile.read(document)
    try DocumentFile.refuse(new.validate(against: old), in: document)
    try CommandOutput.orFail { () throws(MapCompileError) in try MapCompiler.write(new, to: output)
    }
    let map = try CommandOutput.orFail { () throws(MapFileError) in
      try CompiledMap.open(path: output)
    }
    let bytes = map.header.layout.fileBytes
    print("\(output): map version \(new.mapVersion), \(new.tenants.count) tenants, \(bytes) bytes")
  }
}
