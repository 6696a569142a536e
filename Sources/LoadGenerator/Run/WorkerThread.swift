import CThreads
import Synchronization
import Threads

/// The thread of one worker, from its making to its figures.
final class WorkerThread: Sendable {
  private let number: Int
  private let plan: RunPlan
  private let state: RunState
  private let logDescriptor: Int32?
  private let thread = Mutex<JoinableThread?>(nil)

  init(number: Int, plan: RunPlan, state: RunState, logDescriptor: Int32?) {
    self.number = number
    self.plan = plan
    self.state = state
    self.logDescriptor = logDescriptor
  }

  /// Starts it.
  func start() throws(LoadError) {
    do throws(ThreadError) {
      let started = try JoinableThread { [self] in run() }
      thread.withLock { $0 = started }
    } catch {
      throw .noThread(errno: error.errno)
    }
  }

  /// Waits until it has ended.
  func join() { thread.withLock { $0 }?.join() }

  private func run() {
    shardway_sleep_exactly()
    do throws(LoadError) {
      let worker = try Worker(
        number: number, plan: plan, state: state, logDescriptor: logDescriptor)
      state.ended(worker.run())
    } catch {
      state.couldNotStart(error)
      state.ended(nil)
    }
  }
}
