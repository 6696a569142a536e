import Telemetry
import Testing
import Wire

@testable import DataPlane

@Suite("What a worker keeps in mind of traces")
struct WorkerTracingTests {
  private static func tracing() -> WorkerTracing {
    WorkerTracing(TracingSettings(endpoint: "http://collector"), sessions: 4, seed: 1)
  }

  private static func context(_ number: UInt64) throws -> TraceContext {
    let trace = try #require(TraceID(high: 0, low: number))
    return try #require(TraceContext(trace: trace, span: number, isSampled: true))
  }

  @Test("takes no memory where nothing is traced")
  func off() {
    let tracing = WorkerTracing(nil, sessions: 4, seed: 1)
    let isOn = tracing.isOn
    #expect(!isOn)
  }

  @Test("a place's next session knows nothing of the one before")
  func generations() throws {
    var tracing = Self.tracing()
    let first = SlabHandle(index: 2, generation: 1)
    let second = SlabHandle(index: 2, generation: 2)
    tracing[first].session = try Self.context(1)
    let own = tracing[first].session
    #expect(own != nil)
    let others = tracing[second].session
    #expect(others == nil)
    tracing[second].request = try Self.context(2)
    let request = tracing[second].request
    #expect(request == (try Self.context(2)))
  }

  @Test("a request ends with its own context, and the one behind it has that which came for it")
  func following() throws {
    var tracing = Self.tracing()
    let handle = SlabHandle(index: 0, generation: 1)
    tracing[handle].session = try Self.context(1)
    tracing[handle].request = try Self.context(2)
    tracing[handle].following = try Self.context(3)
    tracing[handle].sqlState = .readOnlyTransaction
    tracing[handle].requestIsOver()
    let next = tracing[handle].request
    #expect(next == (try Self.context(3)))
    let error = tracing[handle].sqlState
    #expect(error == nil)
    tracing[handle].requestIsOver()
    let none = tracing[handle].request
    #expect(none == nil)
    let kept = tracing[handle].session
    #expect(kept == (try Self.context(1)))
  }

  @Test("a request is called the same until its end, and is in its client's trace")
  func identity() throws {
    var tracing = Self.tracing()
    let handle = SlabHandle(index: 0, generation: 1)
    let root = tracing.identity(of: handle)
    let again = tracing.identity(of: handle)
    #expect(again == root)
    tracing[handle].requestIsOver()
    let another = tracing.identity(of: handle)
    #expect(another != root)
    tracing[handle].requestIsOver()
    tracing[handle].request = try Self.context(5)
    let child = tracing.identity(of: handle)
    #expect(child.trace == (try Self.context(5)).trace && child.span != 5)
  }

  @Test("sessions of different places, times and workers have identities of their own")
  func sessions() {
    var seen: Set<UInt64> = []
    for seed in 0..<4 as Range<UInt64> {
      let tracing = WorkerTracing(nil, sessions: 0, seed: seed)
      for index in 0..<16 as Range<UInt32> {
        for generation in 0..<16 as Range<UInt32> {
          let handle = SlabHandle(index: index, generation: generation)
          let session = tracing.session(handle)
          #expect(seen.insert(session).inserted)
          #expect(tracing.session(handle) == tracing.session(handle))
        }
      }
    }
  }
}
