import DataPlane
import Glibc
import ShardMap

/// Asks many servers at once whether they are there and speak PostgreSQL: a connection each, a PROXY header where they expect one, an
/// SSLRequest, and its answer of one byte.
///
/// Invariant that keeps the pointers safe: addresses and buffers are this call's own and outlive the system calls they are given to.
struct Reachability {
  /// What became of a question.
  enum Answer: Equatable {
    /// It speaks PostgreSQL; whether it offers TLS.
    case speaks(offersTLS: Bool)
    /// Somebody answers, but not as PostgreSQL does.
    case strange
    /// The connection failed, by this `errno`.
    case failed(errno: Int32)
    /// Nothing came in time.
    case silent
  }

  /// Servers that are asked at the same time.
  static let atOnce = 256

  private enum Stage { case connecting, asked }
  private struct Question {
    let place: Int
    let socket: Int32
    var stage = Stage.connecting
  }

  /// An SSLRequest.
  private static let request: [UInt8] = [0, 0, 0, 8, 4, 210, 22, 47]

  /// Asks them all.
  ///
  /// - Parameters:
  ///   - addresses: whom to ask.
  ///   - announcement: what each connection begins with, before the question.
  ///   - limit: how long each batch of ``atOnce`` has.
  /// - Returns: the answers, in the order of the addresses.
  static func answers(
    of addresses: [SocketAddress], beginningWith announcement: [UInt8] = [],
    within limit: Duration
  ) -> [Answer] {
    var answers = [Answer](repeating: .silent, count: addresses.count)
    for start in stride(from: 0, to: addresses.count, by: atOnce) {
      let batch = start..<min(start + atOnce, addresses.count)
      ask(
        addresses, batch, announcement + request, until: ContinuousClock.now + limit, &answers)
    }
    return answers
  }

  private static func ask(
    _ addresses: [SocketAddress], _ batch: Range<Int>, _ bytes: [UInt8],
    until deadline: ContinuousClock.Instant, _ answers: inout [Answer]
  ) {
    var questions: [Question] = []
    for place in batch {
      switch PlainSocket.connecting(to: addresses[place]) {
      case .success(let socket): questions.append(Question(place: place, socket: socket))
      case .failure(let error): answers[place] = .failed(errno: error.errno)
      }
    }
    while !questions.isEmpty, ContinuousClock.now < deadline {
      var polls = questions.map { question in
        pollfd(
          fd: question.socket,
          events: Int16(question.stage == .connecting ? POLLOUT : POLLIN), revents: 0)
      }
      guard poll(&polls, nfds_t(polls.count), 50) > 0 else { continue }
      var open: [Question] = []
      for (var question, poll) in zip(questions, polls) {
        if poll.revents == 0 {
          open.append(question)
        } else if let answer = goOn(&question, bytes) {
          answers[question.place] = answer
          close(question.socket)
        } else {
          open.append(question)
        }
      }
      questions = open
    }
    for question in questions { close(question.socket) }
  }

  /// The next step of a question whose socket is ready; its answer, if that was the last one.
  private static func goOn(_ question: inout Question, _ bytes: [UInt8]) -> Answer? {
    switch question.stage {
    case .connecting:
      let error = PlainSocket.error(of: question.socket)
      guard error == 0 else { return .failed(errno: error) }
      guard send(question.socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
      else { return .failed(errno: errno) }
      question.stage = .asked
      return nil
    case .asked:
      var byte: UInt8 = 0
      let count = recv(question.socket, &byte, 1, 0)
      if count < 0 { return .failed(errno: errno) }
      switch (count, byte) {
      case (1, UInt8(ascii: "S")): return .speaks(offersTLS: true)
      case (1, UInt8(ascii: "N")): return .speaks(offersTLS: false)
      default: return .strange
      }
    }
  }
}
