import CThreads
import Glibc
import Synchronization

/// The thread of one worker, from its making to its figures.
final class WorkerThread: Sendable {
  private let number: Int
  private let plan: RunPlan
  private let state: RunState
  private let logDescriptor: Int32?
  private let thread = Mutex(pthread_t())

  init(number: Int, plan: RunPlan, state: RunState, logDescriptor: Int32?) {
    self.number = number
    self.plan = plan
    self.state = state
    self.logDescriptor = logDescriptor
  }

  /// Starts it.
  func start() throws(LoadError) {
    let me = Unmanaged.passRetained(self)
    let status = thread.withLock { thread in
      pthread_create(
        &thread, nil,
        { me in
          Unmanaged<WorkerThread>.fromOpaque(me!).takeRetainedValue().run()
          return nil
        }, me.toOpaque())
    }
    guard status == 0 else {
      me.release()
      throw .noThread(errno: status)
    }
  }

  /// Waits until it has ended.
  func join() { pthread_join(thread.withLock { $0 }, nil) }

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
