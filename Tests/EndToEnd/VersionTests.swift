import Console
import LocalFleet
import Testing

/// That releases can be told apart.
@Suite struct VersionTests {
  @Test(arguments: [
    World.routerExecutable, World.shardwayExecutable, World.benchExecutable,
    World.controlOptions.control, World.controlOptions.sidecar, World.program("shardway-compare"),
    World.program("shardway-simulate"),
  ])
  func `each program tells its version`(program: String) async throws {
    let result = try await Command.result(of: Launch(program, ["--version"]))
    #expect(result.status.isSuccess)
    #expect(result.output == "\(Release.version)\n")
  }

  @Test func `a router tells it to programs`() async throws {
    var options = World.routerOptions(workers: 1)
    options.sections["http"] = #"{ address: "127.0.0.1:0" }"#
    try await withRouter(options, name: "router-version") { _, router in
      let told = try await Scrape(router)
      #expect(told[#"shardway_build_info{version="\#(Release.version)"}"#] == 1)
    }
  }
}
