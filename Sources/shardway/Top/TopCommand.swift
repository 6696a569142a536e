internal import ArgumentParser
internal import Console

/// `shardway top`.
struct TopCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Shows live what a router does: shards, pools, tenants, modes, workers.",
    discussion: """
      Asks the router's JSON API, which is at the address `http.address` of its configuration, once a \
      second. It changes nothing.

      KEYS
        q            quit
        1-5, tab     shards, pools, tenants, modes, workers
        s, r         sort by the next column; turn the order around
        arrows, page up and down, home, end

      EXAMPLES
        shardway top --router http://127.0.0.1:6480
        shardway top --once --view tenants
        shardway top --json | jq .fleet.totals
      """)

  /// From one question to the next.
  private static let interval: Duration = .seconds(1)

  @Option(help: "The router's HTTP address.")
  var router = "http://127.0.0.1:6480"

  @Option(help: "What is shown at first: shards, pools, tenants, modes or workers.")
  var view = TopView.shards

  @Flag(help: "Print one frame and end; what is no terminal gets one in any case.")
  var once = false

  @Flag(help: "Print what the router tells as one JSON document, and end.")
  var json = false

  func run() async throws {
    let client: TopClient
    do throws(TopFailure) { client = try TopClient(router) } catch {
      throw ValidationError(error.description)
    }
    if json { return print(try await answer(client).json()) }
    guard !once, let screen = Screen() else { return try await printOnce(client) }
    defer { screen.close() }
    try await Interruption.cancelling { await show(client, on: screen) }
  }

  private func answer(_ client: TopClient) async throws -> TopNews {
    try await CommandOutput.orFailAsync {
      do throws(TopFailure) { return try await client.news() } catch {
        throw TopFailure(
          "the router at \(router) does not answer (\(error)); is `http` in its configuration?")
      }
    }
  }

  private func printOnce(_ client: TopClient) async throws {
    var state = TopState(router: router, view: view)
    state.hear(try await answer(client), at: 0)
    let terminal = Terminal.standard
    let columns = terminal.isTerminal ? terminal.columns : .max
    for line in TopFrame(state: state, now: 0).lines(columns: columns, lines: nil) {
      print(terminal.text(of: line))
    }
  }

  private enum Event: Sendable {
    case screen(Screen.Event)
    case heard(TopNews)
    case missed(String)
  }

  /// Until `q`, or until the task is cancelled.
  private func show(_ client: TopClient, on screen: Screen) async {
    let (events, news) = AsyncStream.makeStream(of: Event.self)
    let tasks = [
      Task {
        for await event in screen.events { news.yield(.screen(event)) }
        news.finish()
      },
      Task {
        while !Task.isCancelled {
          do throws(TopFailure) { news.yield(.heard(try await client.news())) } catch {
            news.yield(.missed(error.description))
          }
          try await Task.sleep(for: Self.interval)
        }
      },
    ]
    defer { for task in tasks { task.cancel() } }
    var state = TopState(router: router, view: view)
    let start = ContinuousClock.now
    func seconds() -> Double { start.duration(to: .now) / .seconds(1) }
    draw(state, seconds(), screen)
    for await event in events {
      switch event {
      case .screen(.key(let key)):
        guard state.press(key, page: TopFrame.page(lines: screen.size.lines)) else { return }
      case .screen(.resized): break
      case .heard(let heard): state.hear(heard, at: seconds())
      case .missed(let reason): state.miss(reason)
      }
      draw(state, seconds(), screen)
    }
  }

  private func draw(_ state: TopState, _ now: Double, _ screen: Screen) {
    let (columns, lines) = screen.size
    screen.draw(TopFrame(state: state, now: now).lines(columns: columns, lines: lines))
  }
}

extension TopView: ExpressibleByArgument {}
