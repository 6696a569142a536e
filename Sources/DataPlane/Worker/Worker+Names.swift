import Pooling
import Wire

/// The names that clients give to statements: given and taken when a request is read, and taken back when the server has not done it.
extension Worker where K: ~Copyable {
  /// The statement of a text; the caller has a reference to it.
  mutating func intern(
    _ definition: RawSpan, _ handle: SlabHandle
  ) throws(RequestFault) -> StatementID {
    do throws(StatementError) {
      return try statements.intern(definition)
    } catch {
      throw .statement(error)
    }
  }

  /// Gives a client's name to a statement, if the server does not skip that.
  mutating func remember(
    _ id: StatementID, under name: RawSpan, _ handle: SlabHandle
  ) throws(RequestFault) {
    do throws(StatementError) {
      let replaced = try pooledClients[handle.index].statements.set(
        name, to: id, limit: statements.limits.statementsAClient, key: statementKey)
      pooledClients[handle.index].nameChanges.append(
        NameChange(name: name.copy(of: 0..<name.byteCount), previous: replaced, current: id))
    } catch {
      statements.release(id)
      throw .statement(error)
    }
  }

  /// Takes back what the server has not done of what requests have made of names.
  mutating func settleNames(_ link: SlabHandle, _ handle: SlabHandle) {
    guard links[link].answers.owed.hasNameOutcomes else { return }
    for isDone in links[link].answers.owed.takeNameOutcomes() {
      let change = pooledClients[handle.index].nameChanges.removeFirst()
      if !isDone {
        takeBack(change, handle)
      } else if let id = change.previous {
        statements.release(id)
      }
    }
  }

  private mutating func takeBack(_ change: NameChange, _ handle: SlabHandle) {
    let changes = pooledClients[handle.index].nameChanges
    if let next = changes.firstIndex(where: { $0.name == change.name }) {
      // Another request has changed it since: that has found what was there before this one.
      let later = changes[next]
      pooledClients[handle.index].nameChanges[next] = NameChange(
        name: later.name, previous: change.previous, current: later.current)
      if let id = later.previous { statements.release(id) }
      return
    }
    let name = change.name.span.bytes
    // The server may have forgotten all of them.
    guard pooledClients[handle.index].statements.get(name) == change.current else {
      if let id = change.previous { statements.release(id) }
      return
    }
    if let id = pooledClients[handle.index].statements.remove(name) { statements.release(id) }
    if let id = change.previous { try? reinstate(id, under: name, handle) }
  }

  private mutating func reinstate(
    _ id: StatementID, under name: RawSpan, _ handle: SlabHandle
  ) throws(StatementError) {
    do throws(StatementError) {
      _ = try pooledClients[handle.index].statements.set(
        name, to: id, limit: statements.limits.statementsAClient, key: statementKey)
    } catch {
      statements.release(id)
      throw error
    }
  }

  /// A server has skipped or failed at statements that were to be prepared: it doesn't have them.
  mutating func forgetUnprepared(_ link: SlabHandle) {
    for statement in links[link].answers.owed.takeUnanswered()
    where !links[link].answers.owed.isPending(statement) {
      _ = links[link].statements.remove(StatementID(rawValue: statement))
    }
  }
}
