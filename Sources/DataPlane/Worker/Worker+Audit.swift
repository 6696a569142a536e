import Admission

/// What a worker holds at a moment. All zero once its last session has gone; the simulation makes sure of it.
public struct WorkerAudit: Sendable, Equatable {
  /// Sessions that have a slot.
  public var sessions: Int
  /// Operations whose last completion has not come, over all sessions.
  public var operations: Int
  /// Quiet sends that are not settled.
  public var quietSends: Int
  /// Overflow blocks in use.
  public var relayBlocks: Int
  /// Login buffers in use.
  public var loginBuffers: Int

  /// Server connections that sessions share.
  public var links: Int
  /// Sessions that wait for their tenants.
  public var delayed: Int
  /// Transactions that are counted as under way, over all tenants.
  public var transactions: Int
  /// Blocks of clients' bytes that wait, and staged slices.
  public var heldBytes: Int
  /// Bytes that are entered as taken by sessions; and sessions beyond the limit of connections,
  /// clients that wait for memory, and those that are waited for.
  public var enteredBytes: Int
  /// See ``enteredBytes``.
  public var enteredClients: Int
  /// What is held for encrypted sockets.
  public var secured: SecureAudit

  /// Whether nothing is held.
  public var isEmpty: Bool {
    sessions == 0 && operations == 0 && quietSends == 0 && relayBlocks == 0 && loginBuffers == 0
      && links == 0 && delayed == 0 && transactions == 0 && heldBytes == 0 && enteredBytes == 0
      && enteredClients == 0 && secured.isEmpty
  }
}

extension Worker where K: ~Copyable {
  /// Counts what the worker holds. Goes through all sessions: for tests.
  public func audit() -> WorkerAudit {
    var operations = 0
    for index in 0..<sessions.highWaterMark {
      if let handle = sessions.currentHandle(at: index) {
        operations += sessions[handle].outstanding
      }
    }
    for index in 0..<links.highWaterMark {
      if let link = links.currentHandle(at: index) { operations += links[link].outstanding }
    }
    var transactions = 0
    for place in 0..<tenants.slotCount {
      transactions += tenants.running(TenantSlot(index: UInt32(place)))
    }
    return WorkerAudit(
      sessions: sessions.count, operations: operations,
      quietSends: quietSends.count + pooledSends.count, relayBlocks: relayBlocks.inUse,
      loginBuffers: loginBlocks.inUse, links: links.count,
      delayed: fairQueue.count, transactions: transactions,
      heldBytes: unreadBlocks.inUse + stage.slicesHeld, enteredBytes: memory.inUse,
      enteredClients: shortage.inMargin + shortage.unheard.count + idlers.newcomerCount
        + idlers.refusedCount, secured: kernel.secured)
  }
}
