import ArgumentParser
import ControlPlane

/// Which store a command works on.
struct StoreOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "The configuration file that names the store.")
  var config: String?
  @Option(help: "The store's database file itself.")
  var store: String?

  func validate() throws {
    guard (config == nil) != (store == nil) else {
      throw ValidationError("give --config FILE or --store FILE")
    }
  }

  func open() throws -> ControlStore {
    if let store { return try ControlStore(path: store) }
    return try ControlStore(path: ControlFile.load(config ?? "").store)
  }
}
