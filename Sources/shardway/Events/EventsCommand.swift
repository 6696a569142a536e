internal import ArgumentParser
internal import Console
internal import ControlClient
internal import Foundation

/// `shardway events`.
struct EventsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Reads the control plane's event log.",
    subcommands: [EventsTail.self])
}

/// `shardway events tail`.
struct EventsTail: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail",
    abstract: "Prints changes as they are made, until Ctrl-C.",
    discussion: """
      Begins with the last ten events, or with --from. When the control plane goes away it is waited for; no \
      event is missed and none comes twice.

      EXAMPLES
        shardway events tail
        shardway events tail --from 1 --json | jq -r .subject
      """)

  /// Events of the past that give a newcomer an idea.
  private static let shownAtFirst: UInt64 = 10

  @OptionGroup var connection: ControlOptions

  @Option(help: "The sequence number of the first event to print.")
  var from: UInt64?

  @Flag(inversion: .prefixedNo, help: "Go on with events that are still to come.")
  var follow = true

  @Flag(help: "Print each event as one line of JSON (CloudEvents 1.0).")
  var json = false

  func run() async throws {
    try await Interruption.cancelling {
      try await ControlFailure.explained { try await tail(connection.client()) }
    }
  }

  private func tail(_ client: ControlClient) async throws {
    let start: UInt64
    if let from {
      start = from - min(from, 1)
    } else {
      let head = try await client.head()
      start = head - min(head, Self.shownAtFirst)
    }
    guard follow else { return try await printLog(client, after: start) }
    do {
      try await client.followEvents(after: start) { error in
        CommandOutput.complain("shardway: \(error); waiting for it")
      } _: { event in
        show(event)
      }
    } catch ControlClientError.cancelled {
      return
    } catch is CancellationError {
      return
    }
  }

  private func printLog(_ client: ControlClient, after start: UInt64) async throws {
    var last = start
    while true {
      let events = try await client.eventLog(after: last)
      for event in events { show(event) }
      guard let newest = events.last?.sequence, newest > last else { return }
      last = newest
    }
  }

  private func show(_ event: ControlEvent) {
    Terminal.standard.line(json ? event.json.text : Self.line(event))
  }

  /// `42  2026-11-21T10:00:00Z  tenant/acme updated  by admin: moved to the quieter shard`
  static func line(_ event: ControlEvent) -> String {
    let what = event.type.split(separator: ".").last.map(String.init) ?? event.type
    var text = "\(event.sequence)  \(event.time)  \(event.subject) \(what)"
    if let actor = event.json["actor"]?.string { text += "  by \(actor)" }
    if let why = event.json["why"]?.string, !why.isEmpty { text += ": \(why)" }
    return text
  }
}
