internal import Hummingbird

extension ControlAPI {
  var healthRoutes: [Route] {
    [
      Route(
        .get, "/v1/health/live", "getLive", role: nil, "Whether the process answers.",
        answers: [.json(.ok, "It does.", "Health")]
      ) { _ in .json(["status": "live"]) },
      Route(
        .get, "/v1/health/ready", "getReady", role: nil,
        "Whether the store can be read and the process isn't about to end.",
        answers: [
          .json(.ok, "It can.", "Health"),
          .problem(.serviceUnavailable, "It can't."),
        ]
      ) { _ in try await ready() },
      Route(
        .get, "/v1/openapi.json", "getOpenAPI", role: nil, "This API as an OpenAPI 3.1 document.",
        answers: [.bytes(.ok, "The document.", "application/json")]
      ) { _ in .json(OpenAPI.document(of: routes)) },
    ]
  }

  private func ready() async throws -> Response {
    guard !signal.isClosed else {
      throw Problem(.serviceUnavailable, "stopping", "the process is about to end")
    }
    let head = try await store.currentHead()
    return .json(
      ["mapVersion": .integer(head.sequence), "status": "ready"], headers: .map(head))
  }
}
