import ArgumentParser
import MapDocument

/// `shardway map validate`
struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Tell everything that is wrong with a map document.",
    discussion: """
      Finds references to nothing, instances with two roles, ids and addresses that are there twice, \
      addresses that don't parse, and limits. With --previous also versions, epochs and \
      generations that go backwards, or that don't grow exactly when their primary or shard changes.

      EXAMPLES
        shardway map validate map.json
        shardway map validate map.json --previous map-in-force.json
      """)

  @Argument(help: "The document, as JSON.", completion: .file(extensions: ["json"]))
  var document: String

  @Option(help: "The document of the map in force.", completion: .file(extensions: ["json"]))
  var previous: String?

  func run() throws {
    let old = try previous.map(DocumentFile.read)
    let new = try DocumentFile.read(document)
    try DocumentFile.refuse(new.validate(against: old), in: document)
    let content = "\(new.shards.count) shards, \(new.tenants.count) tenants"
    print("\(document): valid: map version \(new.mapVersion), \(content)")
  }
}
