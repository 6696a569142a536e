internal import ArgumentParser
internal import Console
internal import ControlClient
internal import Foundation
internal import MapExchange

/// What every change may be given.
struct ChangeOptions: ParsableArguments {
  @Option(help: "Only if the version is still this one.")
  var ifVersion: UInt64?

  @Option(help: "Why, for whoever reads the event log.")
  var why: String?

  @Option(
    help: "Makes a repeated command one change. (default: made up, for the attempts of one command)"
  )
  var idempotencyKey: String?

  @Option(help: "Ties several changes together in the event log.")
  var correlationID: String?

  @Flag(help: "Print JSON: the versions of the resource and of the map that contains the change.")
  var json = false

  var note: WriteNote {
    WriteNote(why: why, correlationID: correlationID, idempotencyKey: idempotencyKey)
  }

  /// Tells what a write came to.
  func report(_ key: ResourceKey, _ what: String, _ receipt: WriteReceipt) {
    if json {
      var fields: [String: JSONValue] = ["key": .string("\(key)"), "outcome": .string(what)]
      fields["version"] = receipt.version.map { .integer(Int64(clamping: $0)) }
      fields["mapVersion"] = receipt.mapVersion.map { .integer(Int64(clamping: $0)) }
      fields["committedAtMicroseconds"] = receipt.committedAtMicroseconds.map { .integer($0) }
      print(JSONValue.object(fields).prettyText)
    } else {
      let version = receipt.version.map { ", version \($0)" } ?? ""
      let map = receipt.mapVersion.map { ", in the map from version \($0) on" } ?? ""
      Terminal.standard.line("\(key) \(what)\(version)\(map)")
    }
  }
}

/// `shardway tenant set`.
struct ResourceSet<Commanded: CommandedKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    let kind = Commanded.kind
    return CommandConfiguration(
      commandName: "set",
      abstract: "Creates a \(kind.rawValue), or changes some of its fields.",
      discussion: """
        Fields are given as name=value; a.b=v sets a field inside of another, commas part the elements \
        of a list, and an empty value takes a field away. What is not named stays as it is. The version \
        is read first, so that a change made by somebody else in between is noticed and not overwritten; \
        --if-version insists on the one you have seen.

        With --file the whole resource is replaced by the JSON object in the file.

        EXAMPLES
          shardway \(kind.rawValue) set \(kind.sampleID) \(kind.sampleFields) --why "\(kind.sampleReason)"
          shardway \(kind.rawValue) set \(kind.sampleID) --file \(kind.sampleID).json --if-version 7
        """)
  }

  @OptionGroup var connection: ControlOptions
  @OptionGroup var change: ChangeOptions

  @Argument(help: "The id.", completion: .ids(of: Commanded.self))
  var id: String

  @Argument(
    help: ArgumentHelp("Fields to set.", valueName: "name=value"),
    completion: .fields(of: Commanded.self))
  var fields: [FieldArgument] = []

  @Option(help: "A JSON object to replace the whole resource with; - is standard input.")
  var file: String?

  @Flag(help: "Only create it; fail when it is there.")
  var create = false

  func validate() throws {
    guard file == nil || fields.isEmpty else {
      throw ValidationError("give --file or fields, not both")
    }
    guard file != nil || !fields.isEmpty || create else {
      throw ValidationError("nothing to set: give fields as name=value, or --file, or --create")
    }
    guard !create || change.ifVersion == nil else {
      throw ValidationError("--create and --if-version contradict each other")
    }
  }

  func run() async throws {
    let key = ResourceKey(kind: Commanded.kind, id: id)
    let content = try file.map(readObject)
    let (what, receipt) = try await ControlFailure.explained {
      try await write(key, content, connection.client())
    }
    change.report(key, what, receipt)
  }

  private func write(
    _ key: ResourceKey, _ content: [String: JSONValue]?, _ client: ControlClient
  ) async throws -> (String, WriteReceipt) {
    let version = create ? nil : try await currentVersion(key, client)
    let condition = version.map { WriteCondition.ifVersion($0) } ?? .ifAbsent
    if let content {
      let receipt = try await client.put(key, content, if: condition, note: change.note)
      return (version == nil ? "created" : "replaced", receipt)
    }
    let fields = FieldArgument.object(fields)
    guard version != nil else {
      let given = fields.filter { $0.value != .null }
      return ("created", try await client.put(key, given, if: condition, note: change.note))
    }
    return ("changed", try await client.patch(key, fields, if: condition, note: change.note))
  }

  /// The version to insist on; nil when there is nothing yet.
  private func currentVersion(_ key: ResourceKey, _ client: ControlClient) async throws -> UInt64? {
    if let version = change.ifVersion { return version }
    do {
      return try await client.get(key).version
    } catch  where error.problem?.status == 404 {
      return nil
    }
  }

  private func readObject(_ path: String) throws -> [String: JSONValue] {
    try CommandOutput.orFail {
      let data =
        path == "-"
        ? FileHandle.standardInput.readDataToEndOfFile()
        : try Data(contentsOf: URL(fileURLWithPath: path))
      let value = try JSONValue(parsing: Array(data))
      guard let object = value.object else {
        throw JSONSyntaxError(reason: "\(path) must hold an object")
      }
      return object
    }
  }
}

/// `shardway tenant delete`.
struct ResourceDelete<Commanded: CommandedKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    let kind = Commanded.kind
    return CommandConfiguration(
      commandName: "delete",
      abstract: "Deletes a \(kind.rawValue) that nothing refers to.",
      discussion: """
        EXAMPLES
          shardway \(kind.rawValue) delete \(kind.sampleID)
          shardway \(kind.rawValue) delete \(kind.sampleID) --if-version 7 --why "no longer used"
        """)
  }

  @OptionGroup var connection: ControlOptions
  @OptionGroup var change: ChangeOptions

  @Argument(help: "The id.", completion: .ids(of: Commanded.self))
  var id: String

  func run() async throws {
    let key = ResourceKey(kind: Commanded.kind, id: id)
    let condition = change.ifVersion.map { WriteCondition.ifVersion($0) } ?? .ifPresent
    let receipt = try await ControlFailure.explained {
      try await connection.client().delete(key, if: condition, note: change.note)
    }
    change.report(key, "deleted", receipt)
  }
}
