import Routing
import Testing
import Wire

@testable import DataPlane

@Suite("The times of a request")
struct RequestTimesTests {
  private func time(_ nanoseconds: UInt64) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds)
  }

  @Test("begin with the first byte, and not again before its end")
  func beginning() {
    var request = RequestTimes()
    request.isObserved = true
    request.begin(at: time(10))
    request.begin(at: time(20))
    request.gotServer(at: time(30))
    request.gotServer(at: time(40))
    #expect(request.began == time(10))
    #expect(request.waited(until: time(50)) == 20)
    request.end()
    #expect(!request.isUnderWay)
    request.begin(at: time(60))
    #expect(request.waited(until: time(75)) == 15)
  }

  @Test("are not taken of what can't be told apart, and a server without a request is none")
  func unobserved() {
    var request = RequestTimes()
    request.begin(at: time(10))
    request.gotServer(at: time(20))
    #expect(!request.isUnderWay)
    #expect(request.gotServer == .origin)
  }

  /// An error's code, and whether it tells of the server and not of the statement.
  private static let errors: [(code: String, isOfServer: Bool)] = [
    ("23505", false), ("42601", false), ("40001", false), ("57014", false), ("25006", false),
    ("57P01", true), ("57P03", true), ("53300", true), ("08006", true), ("58030", true),
    ("XX000", true),
  ]

  @Test("tell a server's trouble from a statement's", arguments: errors)
  func telling(code: String, isOfServer: Bool) throws {
    let body = Array("SERROR\0C\(code)\0Mtext\0\0".utf8)
    #expect(try ErrorResponse.decode(body.span.bytes).isOfServer == isOfServer)
  }
}
