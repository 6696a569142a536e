import Glibc
import Testing

@testable import DataPlane

@Suite("Between threads")
struct MailboxTests {
  @Test("no message is lost, and each thread's stay in order, when many post at once")
  func posting() async {
    let mailbox = Mailbox()
    let posters = 8
    let messages = 500
    var received = [[Int]](repeating: [], count: posters)
    await withTaskGroup(of: Void.self) { group in
      for poster in 0..<posters {
        group.addTask {
          for number in 0..<messages {
            mailbox.post(
              .cancel(
                HandedCancel(
                  client: Int32(poster), listener: 0, packet: [], workersLeft: number)))
          }
        }
      }
      while received.reduce(0, { $0 + $1.count }) < posters * messages {
        for message in mailbox.takeAll() {
          guard case .cancel(let handed) = message else { continue }
          received[Int(handed.client)].append(handed.workersLeft)
        }
        await Task.yield()
      }
    }
    #expect(received.allSatisfy { $0 == Array(0..<messages) })
    #expect(mailbox.doorbell.count == UInt32(posters * messages))
    #expect(mailbox.takeAll().isEmpty)
  }

  @Test("a worker that has ended leaves what it has not read, and is left nothing more")
  func ended() {
    let mailbox = Mailbox()
    #expect(mailbox.post(.stop))
    #expect(mailbox.close().count == 1)
    #expect(!mailbox.post(.mapChanged))
    #expect(mailbox.takeAll().isEmpty && mailbox.isAnswered)
  }

  @Test("whoever sees the doorbell ring finds the message")
  func ringing() async {
    let mailbox = Mailbox()
    let seen = mailbox.doorbell.count
    async let found = Task.detached {
      while mailbox.doorbell.count == seen { sched_yield() }
      return mailbox.takeAll().count
    }.value
    mailbox.post(.stop)
    #expect(await found == 1)
  }

  @Test("a budget never lets more connections in than its limit, whoever asks")
  func budget() async {
    let budget = ConnectionBudget(limit: 100)
    let taken = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<8 {
        group.addTask { (0..<50).count { _ in budget.take() } }
      }
      return await group.reduce(0, +)
    }
    #expect(taken == 100)
    budget.giveBack()
    #expect(budget.take() && !budget.take())
  }
}
