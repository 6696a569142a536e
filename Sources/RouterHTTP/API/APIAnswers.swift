import DataPlane
import RouterAPI

/// Makes the API's documents of what the router and its workers tell.
struct APIAnswers: Sendable {
  private let view: RouterView
  private let id: String
  private let surveys: SurveyKeeper
  private let history: LatencyHistory

  init(_ view: RouterView, id: String) {
    self.view = view
    self.id = id
    surveys = SurveyKeeper(view.router)
    history = LatencyHistory(view)
  }

  func fleet() async -> FleetDocument {
    FleetDocument(view, id: id, await surveys.survey(), figures: await history.newest.all)
  }

  func shards(limit: Int) async -> ShardsDocument {
    ShardsDocument(
      await surveys.survey(), modes: view.modes, figures: await history.newest.shards,
      limit: limit)
  }

  func pools(limit: Int) async -> PoolsDocument {
    PoolsDocument(await surveys.survey(), limit: limit)
  }

  func tenants() async -> TenantsDocument {
    TenantsDocument(view.router, await surveys.survey())
  }

  func modes() async -> ModesDocument {
    ModesDocument(
      view.modes, await surveys.survey(),
      nowMilliseconds: UInt64(clamping: LiveClock.wallMicroseconds / 1000))
  }

  func workers() async -> WorkersDocument {
    WorkersDocument(view.router, await surveys.survey())
  }

  func route(of tenant: [UInt8]) async -> RouteDocument {
    RouteDocument(tenant: tenant, view.router, await surveys.survey())
  }

  func latency(after moment: Int64) async -> LatencyDocument {
    await history.document(after: moment)
  }
}
