import LoopbackWorker

extension HotPath {
  /// A message relayed by a worker on a kernel in memory, queries and answers alike.
  ///
  /// The counts include the kernel's own share, above all the copy of each message into a receive
  /// buffer: nearly all of it for 64 KiB. The generic worker is not specialized for a kernel of
  /// another module, as the router's is for io_uring: they are an upper bound. What the released
  /// router takes, `Tools/count` tells.
  static let worker = [
    relay("64-bytes", sessions: 1, messageBytes: 64),
    relay("64-bytes-64-sessions", sessions: 64, messageBytes: 64),
    relay("64-kibibytes", sessions: 1, messageBytes: 64 * 1024),
    // Half of these messages borrow a server connection, the other half give it back.
    relay("lend-and-give-back", sessions: 1, messageBytes: 64, sharing: 1),
    relay("lend-8-to-64-sessions", sessions: 64, messageBytes: 64, sharing: 8),
  ]

  private static func relay(
    _ name: String, sessions: Int, messageBytes: Int, sharing servers: Int? = nil
  ) -> HotPath {
    HotPath("worker/relay/\(name)") {
      let run = try LoopbackRun(
        sessions: sessions, messageBytes: messageBytes, sharing: servers)
      return { count in
        run.relay(messages: count)
        return count
      }
    }
  }
}
