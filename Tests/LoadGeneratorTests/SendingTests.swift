import LoadScenario
import Testing

@testable import LoadGenerator

/// What connections send in one turn, as it lies in the batch.
@Suite("Sends of a turn")
struct SendingTests {
  private func worker() throws -> Worker {
    let plan = try RunPlan(
      Scenarios.scenario([Scenarios.load()]), target: Scenarios.target(1), password: nil,
      loads: nil)
    return try Worker(
      number: 0, plan: plan, state: RunState(workers: 1), logDescriptor: nil)
  }

  @Test("bytes of one connection are one piece, in order, whatever others send between")
  func pieces() throws {
    var worker = try worker()
    for (place, bytes) in [(0, [1, 2]), (0, [3]), (1, [4]), (0, [5]), (2, [6]), (1, [7])] {
      let start = worker.batch.bytes.count
      worker.batch.bytes += bytes.map { UInt8($0) }
      worker.queue(place, from: start)
    }
    let sent = (0..<3).map { Array(worker.batch.bytes[worker.connections[$0].queued]) }
    #expect(sent == [[1, 2, 3, 5], [4, 7], [6]])
    #expect(worker.batch.places == [0, 1, 2])
  }

  @Test("while a slow send is under way, what follows waits, in order")
  func slowSend() throws {
    var worker = try worker()
    worker.batch.bytes = [1, 2]
    worker.queue(1, from: 0)
    let sent: [UInt8] = [9]
    sent.withUnsafeBytes { worker.connections[0].backlog = Backlog($0) }
    for byte: UInt8 in [3, 4] {
      worker.batch.bytes.append(byte)
      worker.queue(0, from: 2)
    }
    #expect(worker.batch.bytes == [1, 2])
    #expect(worker.connections[0].unsent == [3, 4])
    #expect(worker.connections[0].queued.isEmpty)
  }

  @Test("a batch that the kernel has is apart from the one that is filled")
  func batches() {
    var batch = SendBatch()
    batch.bytes = [1, 2]
    batch.add(7)
    var (bytes, places): ([UInt8], [UInt32]) = ([], [])
    batch.take(&bytes, &places)
    #expect(bytes == [1, 2] && places == [7])
    #expect(batch.bytes.isEmpty && batch.places.isEmpty)
    batch.bytes = [3]
    batch.giveBack(&bytes, &places)
    #expect(bytes.isEmpty && places.isEmpty)
    #expect(batch.bytes == [3])
  }
}
