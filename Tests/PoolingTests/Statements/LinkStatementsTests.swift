import Routing
import Testing

@testable import Pooling

/// A link's statements for tests.
private final class Link {
  private var statements: LinkStatements

  init(capacity: Int) { statements = LinkStatements(capacity: capacity) }

  var count: Int { statements.count }

  func touch(_ number: Int) -> Bool { statements.touch(id(number)) }

  /// The number of the statement that is to be closed.
  func insert(_ number: Int) -> Int? { statements.insert(id(number)).map { Int($0.number) } }
  func remove(_ number: Int) -> Bool { statements.remove(id(number)) }
  func removeAll() { statements.removeAll() }

  private func id(_ number: Int) -> StatementID {
    StatementID(number: UInt64(number), index: UInt32(number % 3))
  }
}

@Suite struct LinkStatementsTests {
  @Test func `a new link has nothing prepared`() {
    let link = Link(capacity: 3)
    #expect(!link.touch(1))
    #expect(!link.remove(1))
    #expect(link.count == 0)
    link.removeAll()
    #expect(link.count == 0)
  }

  @Test func `the one unused for longest makes room, and a touch counts as use`() {
    let link = Link(capacity: 3)
    for number in 1...3 { #expect(link.insert(number) == nil) }
    #expect(link.touch(1))
    #expect(link.insert(4) == 2)
    #expect(!link.touch(2))
    #expect(link.insert(5) == 3)
    #expect(link.touch(1))
    #expect(link.touch(4))
    #expect(link.count == 3)
  }

  @Test func `inserting what is there is a use and evicts nobody`() {
    let link = Link(capacity: 2)
    #expect(link.insert(1) == nil)
    #expect(link.insert(2) == nil)
    #expect(link.insert(1) == nil)
    #expect(link.insert(3) == 2)
    #expect(link.count == 2)
  }

  @Test func `a removed statement leaves room`() {
    let link = Link(capacity: 2)
    #expect(link.insert(1) == nil)
    #expect(link.insert(2) == nil)
    #expect(link.remove(1))
    #expect(!link.remove(1))
    #expect(!link.touch(1))
    #expect(link.insert(3) == nil)
    #expect(link.insert(4) == 2)
  }

  @Test func `after all are removed the link is as new`() {
    let link = Link(capacity: 2)
    for number in 1...5 { _ = link.insert(number) }
    link.removeAll()
    #expect(link.count == 0)
    #expect(!link.touch(5))
    #expect(link.insert(5) == nil)
    #expect(link.insert(6) == nil)
    #expect(link.insert(7) == 5)
  }

  @Test func `a link of one statement changes it each time`() {
    let link = Link(capacity: 1)
    #expect(link.insert(1) == nil)
    for number in 2...10 {
      #expect(link.insert(number) == number - 1)
      #expect(link.touch(number))
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>, [1, 2, 17])
  func `any sequence of operations does what a list in order of use would`(
    seed: UInt64, capacity: Int
  ) {
    var random = RandomSource(seed: seed)
    let link = Link(capacity: capacity)
    var model: [Int] = []
    for _ in 0..<3_000 {
      let number = 1 + random.index(below: 2 * capacity + 2)
      let known = model.firstIndex(of: number)
      switch random.index(below: 50) {
      case 0:
        link.removeAll()
        model = []
      case 1..<8:
        #expect(link.remove(number) == (known != nil))
        if let known { model.remove(at: known) }
      case 8..<25:
        #expect(link.touch(number) == (known != nil))
        if let known { model.insert(model.remove(at: known), at: 0) }
      default:
        let evicted = link.insert(number)
        if let known {
          model.remove(at: known)
          #expect(evicted == nil)
        } else {
          #expect(evicted == (model.count == capacity ? model.removeLast() : nil))
        }
        model.insert(number, at: 0)
      }
      #expect(link.count == model.count)
    }
  }
}
