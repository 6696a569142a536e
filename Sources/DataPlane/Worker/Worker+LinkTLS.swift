import ShardMap
import Telemetry
import Uring

/// Server connections that sessions share, on their way to being encrypted.
extension Worker where K: ~Copyable {
  /// Asks for the server's one byte, when the question is gone. It is asked for alone: what follows is encrypted.
  mutating func reconcileTLSAnswer(_ link: SlabHandle) -> Bool {
    guard links[link].message == nil, links[link].source == .idle else { return true }
    guard let block = links[link].tlsAnswer ?? loginBlocks.take() else {
      let pool = links[link].pool
      close(link: link)
      serverFailed(pool, .connect(errno: Errno.noBufferSpace))
      return true
    }
    links[link].tlsAnswer = block
    guard
      kernel.receive(
        from: links[link].socket, into: loginBlocks.address(of: block), count: 1, waits: true,
        token: Token(.linkReceive, link).rawValue)
    else { return false }
    links[link].source = .filling
    links[link].outstanding += 1
    return true
  }

  /// The server has said whether it encrypts.
  mutating func receivedTLSAnswer(_ completion: Completion, _ link: SlabHandle) {
    guard let block = links[link].tlsAnswer else { return }
    let answer = loginBlocks.address(of: block).load(as: UInt8.self)
    loginBlocks.giveBack(block)
    links[link].tlsAnswer = nil
    links[link].source = Self.endsSource(completion.result) ? .ended : .idle
    serverOperationEnded(link)
    guard links[link].phase == .encrypting else { return }
    guard completion.result == 1 else { return serverVanished(link) }
    let pool = links[link].pool
    guard answer == Greeting.yes else {
      close(link: link)
      return serverFailed(pool, .untrusted("the server does not offer TLS"))
    }
    guard let shard = pools[pool].securedShard,
      kernel.secure(
        links[link].socket,
        .client(SecureServer(at: pools[pool].address, asking: serverTLS?.shard(shard))),
        received: UnsafeRawBufferPointer(start: nil, count: 0))
    else {
      close(link: link)
      return serverFailed(pool, .untrusted("it can't be set up here"))
    }
    links[link].moveOn(.encrypted)
    beginLogin(link)
    list(link: link)
  }

  /// Why a server's connection can't be encrypted; nil where that is not what is wrong, as where the server has gone meanwhile.
  mutating func distrust(_ link: SlabHandle) -> String? {
    guard case .failed(let failure)? = kernel.facts(of: links[link].socket)?.state,
      failure.isAboutTrust
    else { return nil }
    context.report.events.put(
      WorkerEvent(
        kind: .tlsFailed(failure, isClient: false), tenant: [],
        address: pools[links[link].pool].address.description))
    return failure.description
  }
}
