internal import ArgumentParser
internal import Console
internal import ControlClient
internal import Foundation
internal import MapDocument
internal import MapExchange
internal import ShardMap

/// `shardway shard mode`, `shardway tenant mode`.
struct ModeCommand<Commanded: CommandedKind>: AsyncParsableCommand {
  static var configuration: CommandConfiguration {
    let kind = Commanded.kind.rawValue
    return CommandConfiguration(
      commandName: "mode",
      abstract: "Takes a \(kind)'s service back to what it is still good for, or gives it back.",
      discussion: """
        normal: everything as the tiers promise. relaxed: bounded reads may be older than they ask for, as \
        far as the policy allows. eventual-only: everything goes to replicas, however far behind. read-only: \
        reads go on by their tiers, writes are refused. paused: new work waits, and is refused when it has \
        waited too long. A tenant whose policy doesn't put up with a mode is refused instead.

        With --for the mode ends by itself, whether the control plane is there then or not; without, when \
        somebody sets another.

        EXAMPLES
          shardway \(kind) mode \(kind == "shard" ? "s1" : "acme") read-only --for 10m --why "disk nearly full"
          shardway \(kind) mode \(kind == "shard" ? "s1" : "acme") normal
        """)
  }

  @OptionGroup var connection: ControlOptions
  @OptionGroup var change: ChangeOptions

  @Argument(help: "The id.", completion: .ids(of: Commanded.self))
  var id: String

  @Argument(help: "The mode.")
  var mode: ServiceMode

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "How long, such as 10m; then it is normal again by itself. (default: until it is ended)",
      valueName: "duration"))
  var duration: DurationArgument?

  func validate() throws {
    guard mode != .normal || duration == nil else {
      throw ValidationError("the mode normal has no end: leave --for out")
    }
    if let why = change.why, !MapNames.isCause(why) {
      throw ValidationError(
        "--why is shown to people: use 1 to \(MapLimits.modeCauseBytes) bytes of one line")
    }
  }

  func run() async throws {
    let key = ResourceKey(kind: Commanded.kind, id: id)
    let wish = ModeWish(key, mode, for: duration?.seconds, why: change.why, now: Self.now)
    let receipt = try await ControlFailure.explained {
      try await fulfil(wish, connection.client())
    }
    if change.json {
      print(wish.json(version: receipt.version, mapVersion: receipt.mapVersion).prettyText)
    } else {
      let map = receipt.mapVersion.map { ", in the map from version \($0) on" } ?? ""
      Terminal.standard.line(wish.outcome(now: Self.now) + map)
    }
  }

  private func fulfil(_ wish: ModeWish, _ client: ControlClient) async throws -> WriteReceipt {
    let version =
      if let given = change.ifVersion { given } else { try await client.get(wish.key).version }
    return try await client.patch(
      wish.key, wish.patch, if: .ifVersion(version), note: change.note)
  }

  private static var now: IssueTime {
    IssueTime(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000))
  }
}
