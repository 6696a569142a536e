internal import Console
internal import LoadScenario
internal import LocalFleet

/// Where the load of a run goes, opened: a target and, where it is one, the local fleet behind it.
struct Stage: Sendable {
  let target: LoadTarget
  let password: String?
  /// The local fleet; nil where the target is somebody else's.
  let servers: FleetUnderLoad?

  /// Opens a place: starts the fleet, or reads the password for the target.
  ///
  /// - Throws: `BenchError`; nothing is left running then.
  static func open(_ place: Place, terminal: Terminal) async throws(BenchError) -> Stage {
    switch place {
    case .target(let target):
      do {
        return Stage(target: target, password: try target.password(), servers: nil)
      } catch {
        throw .field(error)
      }
    case .fleet(let shape, let programs, let spoken):
      do {
        let servers = try await FleetStart(shape: shape, programs: programs, terminal: terminal)
          .run()
        return Stage(
          target: await servers.target(spoken), password: nil, servers: servers)
      } catch {
        throw .fleet(error)
      }
    }
  }

  /// Stops the fleet, where there is one.
  func close() async {
    guard let servers else { return }
    await servers.settle()
    await servers.fleet.stop()
  }

  /// Opens a place, uses it, and closes it whatever happens.
  static func with<Result>(
    _ place: Place, terminal: Terminal,
    _ body: (Stage) async throws -> Result
  ) async throws -> Result {
    let stage = try await open(place, terminal: terminal)
    do {
      let result = try await body(stage)
      await stage.close()
      return result
    } catch {
      await stage.close()
      throw error
    }
  }
}

extension FleetUnderLoad {
  /// The router's listener for a protocol, and how its tenants are named.
  func target(_ spoken: LoadTarget.Spoken) -> LoadTarget {
    switch spoken {
    case .postgres:
      return LoadTarget(host: "127.0.0.1", port: router.postgresPort)
    case .tcp:
      var target = LoadTarget(host: "127.0.0.1", port: router.tlsPort)
      target.speak(.tcp)
      target.serverNameSuffix = RouterOptions.serverNameSuffix
      // The startup packet goes to the server as it is.
      target.database = "{tenant}_data"
      return target
    }
  }
}
