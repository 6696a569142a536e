import Glibc

/// What a thread is to do, and what came of it.
private final class Work<Result> {
  let body: @Sendable () -> Result
  var result: Result?

  init(_ body: @escaping @Sendable () -> Result) { self.body = body }

  func run() { result = body() }
}

/// Anything that can be run, so that a C function can be told of it.
private protocol Runnable: AnyObject { func run() }
extension Work: Runnable {}

/// Keeps what is to be run while it crosses to the thread.
private final class Parcel {
  let content: any Runnable
  init(_ content: any Runnable) { self.content = content }
}

/// Runs a closure on a thread of its own, which is gone afterwards, and with it what it gave up.
func onThread<Result>(_ body: @escaping @Sendable () -> Result) -> Result {
  let work = Work(body)
  var thread = pthread_t()
  let status = pthread_create(
    &thread, nil,
    { parcel in
      Unmanaged<Parcel>.fromOpaque(parcel!).takeRetainedValue().content.run()
      return nil
    }, Unmanaged.passRetained(Parcel(work)).toOpaque())
  precondition(status == 0, "no thread could be made")
  pthread_join(thread, nil)
  return work.result!
}
