public import ArgumentParser
public import ControlPlane

extension ChainAnchor: ExpressibleByArgument {
  /// Reads `42:HEX`.
  public init?(argument: String) { self.init(argument) }
}

/// `audit`: the log, for people.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Verifies and shows the event log.",
    discussion: """
      Examples:
        shardway-control audit verify --config /etc/shardway/control.yaml
        shardway-control audit tail --config /etc/shardway/control.yaml --follow
      """,
    subcommands: [Verify.self, Tail.self])

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Walks every link of the log and names the first that is broken.",
      discussion: """
        Write down the head it prints, elsewhere: given back as --anchor, it also tells a log that
        was rewritten as a whole. Exit code 2 means a broken link.

        Examples:
          shardway-control audit verify --config /etc/shardway/control.yaml
          shardway-control audit verify --store control.sqlite --anchor 42:HASH
        """)

    @OptionGroup var store: StoreOptions
    @Option(help: "A link known from before, as SEQUENCE:HASH.")
    var anchor: ChainAnchor?
    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
      try await ConsoleError.telling {
        let audit = try await store.open().audit(against: anchor)
        if json {
          JSONOutput.print([
            "links": .integer(audit.links), "head": .string(audit.head.description),
            "broken": audit.broken.map {
              ["sequence": .integer($0.sequence), "reason": .string($0.reason)]
            } ?? .null,
          ])
        } else if let broken = audit.broken {
          print("broken at \(broken)\n\(audit.links) links before it hold")
        } else {
          print("good: \(audit.links) links\nhead \(audit.links):\(audit.head)")
        }
        if audit.broken != nil { throw ExitCode(2) }
      }
    }
  }

  struct Tail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints the last events, and with --follow those that come.",
      discussion: """
        Example:
          shardway-control audit tail --config /etc/shardway/control.yaml -n 100 --follow
        """)

    @OptionGroup var store: StoreOptions
    @Option(name: [.customShort("n"), .long], help: "How many of the last events.")
    var count = 20
    @Flag(name: .shortAndLong, help: "Go on until it is stopped.")
    var follow = false
    @Flag(help: "Print each event as a line of JSON, with its link as chainhash.")
    var json = false

    func run() async throws {
      try await ConsoleError.telling {
        let store = try store.open()
        var last = max(0, try await store.currentHead().sequence - Int64(max(0, count)))
        while true {
          for row in try await store.log(after: last, limit: 1_000) {
            show(row)
            last = row.sequence
          }
          if try await store.currentHead().sequence > last { continue }
          guard follow else { return }
          try await Task.sleep(for: .milliseconds(100))
        }
      }
    }

    private func show(_ row: LogRow) {
      guard let event = CloudEvent(canonical: row.event) else {
        return print("\(row.sequence)  unreadable: run `shardway-control audit verify`")
      }
      if json {
        var fields = (try? JSONValue(json: row.event))?.fields ?? [:]
        fields["chainhash"] = ChainHash(bytes: row.hash).map { .string($0.description) }
        return JSONOutput.print(.object(fields))
      }
      let why = event.why.map { "  \"\($0)\"" } ?? ""
      print(
        "\(row.sequence)  \(event.time)  \(event.subject) \(event.kind.rawValue), version "
          + "\(event.version)  by \(event.actor)\(why)")
    }
  }
}
