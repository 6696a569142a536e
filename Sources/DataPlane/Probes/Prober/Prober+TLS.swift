import ShardMap

/// Probe connections that are encrypted, as those of sessions are.
extension Prober where K: ~Copyable {
  /// An instance has said whether it encrypts.
  mutating func tlsAnswered(_ number: Int) {
    let answer = slots[number].line.memory.incoming.load(as: UInt8.self)
    guard answer == Greeting.yes else { return failed(.withoutTLS, number) }
    let server = SecureServer(
      at: slots[number].key.address, asking: tls?.shard(shardName(number)))
    guard
      kernel.secure(
        slots[number].line.socket, .client(server),
        received: UnsafeRawBufferPointer(start: nil, count: 0))
    else { return failed(.notTrusted("it can't be set up here"), number) }
    isConnected(number)
  }

  /// The id of the shard that an instance is in; empty where it is in none.
  private mutating func shardName(_ number: Int) -> String {
    switch slots[number].duty {
    case .primary(let shard), .replica(let shard):
      edition.map.text(edition.map.shard(ShardIndex(UInt32(shard))).id)
    case .spare: ""
    }
  }

  /// Why an instance's connection can't be encrypted; nil where that is not what is wrong.
  mutating func distrust(_ number: Int) -> ProbeFailure? {
    guard case .failed(let failure)? = kernel.facts(of: slots[number].line.socket)?.state else {
      return nil
    }
    return .notTrusted(failure.description)
  }
}
