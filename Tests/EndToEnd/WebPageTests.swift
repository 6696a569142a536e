import Foundation
import LocalFleet
import RouterAPI
import Testing

/// The router's web page, in a browser, in front of real servers.
@Suite(.serialized) struct WebPageTests {
  private static let requiresAll = ProcessInfo.processInfo.environment["CI"] == "true"
  private static let canLook = Browser.isInstalled || requiresAll
  /// A tenant that would do harm if its name were taken for markup.
  private static let hostile = "<img/src=x/onerror=document.title=1>"

  @Test(.enabled(if: canLook, "NO BROWSER IS INSTALLED: run Tools/setup --drivers"))
  func `the page shows what goes on, in a browser that has nothing to complain of`() async throws {
    try await withFleet(Self.options) { fleet in
      let router = try await fleet.startRouter(Self.routerOptions)
      let address = try Self.address(of: router)
      let load = try Self.load(fleet, router)
      defer { for process in load { process.signal(SIGKILL) } }
      try await eventually("the router tells of the load") {
        // On a busy machine an answer may take longer than is waited for it.
        guard let fleet = try? await Self.fleet(at: address) else { return false }
        return fleet.totals.transactionsPerSecond > 5 && fleet.totals.p99Microseconds != nil
          && fleet.probes?.proven == 4
      }
      let browser = Browser(folder: fleet.path)
      // The picture's instances, the route with its reasons, pools, tenants, workers.
      let words = [
        "serving", "Map 1", "local-a ◂ this router", "s1-a", "s2-b", "goes to s2-a",
        "the tier is strong, which only the primary serves", "its policy’s tier", "acme_data",
        "birch", "everybody", "Age of the map",
      ]
      // The picture, and a line for each quantile.
      let elements =
        ["class=\"node primary healthy\""] + ["a", "b", "c"].map { "class=\"line \($0)\" d=\"M" }
      let look = try await Self.look(
        with: browser, at: "\(address)/?tenant=birch", picture: Self.picture("page", fleet)
      ) { look in
        let text = look.text
        return look.complaints.isEmpty && Self.showsFigures(text)
          && words.allSatisfy { text.contains($0) }
          && elements.allSatisfy { look.document.contains($0) }
      }
      #expect(look.complaints.isEmpty, "\(look.complaints.joined(separator: "\n"))")
      let text = look.text
      #expect(Self.showsFigures(text), "\(text)")
      for expected in words { #expect(text.contains(expected), "\(expected) is not in: \(text)") }
      for expected in elements { #expect(look.document.contains(expected), "\(expected)") }

      let phone = try await Self.look(
        with: browser, at: address, picture: Self.picture("phone", fleet),
        window: Browser.Window(width: 500, height: 2400, isDark: true)
      ) { $0.complaints.isEmpty && $0.text.contains("Name a tenant") }
      #expect(phone.complaints.isEmpty)
      #expect(phone.text.contains("Name a tenant"))
      await router.stop()
    }
  }

  @Test(.enabled(if: canLook, "NO BROWSER IS INSTALLED: run Tools/setup --drivers"))
  func `a name that looks like markup is shown as a name`() async throws {
    try await withRouter(Self.routerOptions, name: "router-names") { fleet, router in
      let address = try Self.address(of: router)
      let name = try #require(
        Self.hostile.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
      // As text, in the facts and in the refusal; nowhere as an element.
      let escaped = "&lt;img/src=x/onerror=document.title=1&gt;"
      let parts = [
        "<dd>\(escaped)</dd>", "tenant \"\(escaped)\" is not in the map", "– Shardway</title>",
      ]
      let look = try await Self.look(
        with: Browser(folder: fleet.path), at: "\(address)/?tenant=\(name)",
        picture: Self.picture("names", fleet)
      ) { look in
        look.complaints.isEmpty && parts.allSatisfy { look.document.contains($0) }
      }
      #expect(look.complaints.isEmpty)
      for part in parts { #expect(look.document.contains(part), "\(part)") }
      #expect(!look.document.contains("<img/"))
    }
  }

  @Test(.enabled(if: canLook, "NO BROWSER IS INSTALLED: run Tools/setup --drivers"))
  func `a tenant that can't be asked for leaves the rest of the page as it is`() async throws {
    try await withRouter(Self.routerOptions, name: "router-question") { fleet, router in
      let address = try Self.address(of: router)
      let name = String(repeating: "%C3%BC", count: 32)
      let words = [
        "no tenant's id is longer than 63 bytes", "serving", "all well", "everybody",
      ]
      // The browser itself notes the answer's status, and nobody complains of anything else.
      func isQuiet(_ look: Browser.Look) -> Bool {
        look.complaints.allSatisfy { $0.contains("400") }
      }
      func isAnswered(_ look: Browser.Look) -> Bool {
        !look.text.contains("does not answer") && !look.document.contains("<title>away")
      }
      let look = try await Self.look(
        with: Browser(folder: fleet.path), at: "\(address)/?tenant=\(name)",
        picture: Self.picture("question", fleet)
      ) { look in
        let text = look.text
        return isQuiet(look) && isAnswered(look) && words.allSatisfy { text.contains($0) }
      }
      #expect(isQuiet(look), "\(look.complaints)")
      let text = look.text
      for expected in words { #expect(text.contains(expected), "\(expected) is not in: \(text)") }
      #expect(isAnswered(look))
    }
  }

  @Test func `shardway top tells the same in a terminal, and says when nobody answers`()
    async throws
  {
    try await withRouter(Self.routerOptions, name: "router-top") { fleet, router in
      let address = try Self.address(of: router)
      let client = try PsqlSession(router.conninfo(to: fleet.tenant("acme")), in: fleet)
      _ = try await client.query("SELECT 1")
      let frame = try await Self.top([address, "--once", "--view", "pools"], until: "acme_data")
      #expect(frame.status.isSuccess, "\(frame.errorOutput)")
      #expect(frame.output.contains("acme_data"))
      #expect(!frame.output.contains("\u{1B}"))
      let serving = "\"lifecycle\" : \"serving\""
      let json = try await Self.top([address, "--json"], until: serving)
      #expect(json.output.contains(serving))
      await router.stop()
      let missed = try await Self.top([address, "--once"])
      #expect(!missed.status.isSuccess)
      #expect(missed.errorOutput.contains("does not answer"))
    }
  }

  /// Runs `shardway top`, some times at most until it shows something: on a busy machine an answer
  /// may take longer than it waits, or lack the part of a worker that was late.
  private static func top(
    _ arguments: [String], until expected: String
  ) async throws -> CommandResult {
    var result = try await top(arguments)
    for _ in 1..<20 where !(result.status.isSuccess && result.output.contains(expected)) {
      result = try await top(arguments)
    }
    return result
  }

  private static func top(_ arguments: [String]) async throws -> CommandResult {
    try await Command.result(
      of: Launch(World.shardwayExecutable, ["top", "--router"] + arguments))
  }

  // MARK: The world

  private static var options: FleetOptions {
    var options = FleetOptions()
    options.tenants = 4
    return options
  }

  private static var routerOptions: RouterOptions {
    var options = World.pooled(workers: 2)
    options.sections["http"] = "{ address: \"127.0.0.1:0\" }"
    options.sections["probes"] = "{ user: \(FleetRole.router), interval: 200ms }"
    return options
  }

  /// Where the router's log says that its HTTP server listens.
  private static func address(of router: LocalRouter) throws -> String {
    guard let match = router.log.firstMatch(of: /listening on ([0-9.]+:[0-9]+) \(HTTP\)/) else {
      throw Missing(what: "an HTTP server in the log: \(router.log)")
    }
    return "http://\(match.1)"
  }

  /// What `shardway top` hears of a router.
  private static func fleet(at address: String) async throws -> FleetDocument {
    struct News: Decodable { let fleet: FleetDocument }
    let answer = try await Command.run(
      Launch(World.shardwayExecutable, ["top", "--json", "--router", address]))
    return try JSONDecoder().decode(News.self, from: Data(answer.utf8)).fleet
  }

  /// A few clients of two tenants, until their processes are ended.
  private static func load(_ fleet: Fleet, _ router: LocalRouter) throws -> [ChildProcess] {
    let script = try fleet.write("SELECT pg_sleep(0.002);\n", to: "page-load.sql")
    return try ["acme", "birch"].map { tenant in
      let target = router.conninfo(to: try fleet.tenant(tenant)).text
      return try ChildProcess(
        fleet.launch(
          "pgbench", ["-n", "-c", "3", "-R", "20", "-T", "600", "-f", script, target]))
    }
  }

  /// Looks at a page until it is whole, some times at most, and returns the last look: on a busy
  /// machine one may come before all answers, or after a worker was too late with its part.
  private static func look(
    with browser: Browser, at url: String, picture: String,
    window: Browser.Window = Browser.Window(), until isWhole: (Browser.Look) -> Bool
  ) async throws -> Browser.Look {
    var look = try await browser.look(at: url, picture: picture, window: window)
    for _ in 1..<5 where !isWhole(look) {
      look = try await browser.look(at: url, picture: picture, window: window)
    }
    return look
  }

  /// Whether a page's text has figures of what goes on now.
  private static func showsFigures(_ text: String) -> Bool {
    text.firstMatch(of: /Transactions [1-9][0-9.]*\/s/) != nil
      && text.firstMatch(of: /Latency p99 [0-9.]+ (µs|ms|s)/) != nil
  }

  /// Where a picture goes: it is kept where a person has named a folder for them.
  private static func picture(_ name: String, _ fleet: Fleet) throws -> String {
    let folder = ProcessInfo.processInfo.environment["SHARDWAY_SCREENSHOTS"] ?? fleet.path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return "\(folder)/\(name).png"
  }
}
